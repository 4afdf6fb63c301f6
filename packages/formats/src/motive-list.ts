import { checkOptions } from "./check-argument.js";
import { zxzFromRelion } from "./euler.js";
import { startTable } from "./star.js";
import { TextBytes } from "./text-bytes.js";
import { checkWritable, pickAngles, type WritablePicks } from "./writable-picks.js";

const LABELS = [
  "motl_idx",
  "tomo_num",
  "object",
  "subtomo_num",
  "halfset",
  "orig_x",
  "orig_y",
  "orig_z",
  "score",
  "x_shift",
  "y_shift",
  "z_shift",
  "phi",
  "psi",
  "the",
  "class",
];

/**
 * The picks as a STOPGAP motive list (STAR): whole voxels counted from 1 and the rest as shifts, Z-X-Z angles in degrees, alternating half sets.
 *
 * `tomogramNumber` is tomo_num; default 1. Throws a `RotoscopeError` (`argument`) for a pick without a rotation.
 */
export function writeMotiveList(list: WritablePicks, options: { readonly tomogramNumber?: number } = {}): string {
  return motiveListText(list, options).toString();
}

/** The bytes of the text that `writeMotiveList` gives. */
export function motiveListText(list: WritablePicks, options: { readonly tomogramNumber?: number } = {}): TextBytes {
  checkWritable(list);
  checkOptions(options);
  const text = startTable(new TextBytes().endLine(), "stopgap_motivelist", LABELS);
  list.picks.forEach(({ position, score }, index) => {
    const [phi, theta, psi] = zxzFromRelion(pickAngles(list, index));
    const voxels = position.map(Math.round);
    const number = index + 1;
    text
      .number(number)
      .tab()
      .number(options.tomogramNumber ?? 1)
      .text("\t1\t")
      .number(number);
    text.text(index % 2 === 0 ? "\tA\t" : "\tB\t");
    for (let axis = 2; axis >= 0; axis--) text.number(voxels[axis]! + 1).tab();
    text.significant(score).tab();
    for (let axis = 2; axis >= 0; axis--) text.fixed(position[axis]! - voxels[axis]!).tab();
    text.fixed(phi).tab().fixed(psi).tab().fixed(theta).tab();
    text.number(list.classes?.[index] || 1).endLine();
  });
  return text.endLine();
}
