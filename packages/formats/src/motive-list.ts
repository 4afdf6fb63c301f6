import { zxzFromRelion } from "./euler.js";
import { fixed } from "./fixed-decimals.js";
import { starBlock } from "./star.js";
import { pickAngles, type WritablePicks } from "./writable-picks.js";

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
  const rows = list.picks.map((pick, index) => {
    const [phi, theta, psi] = zxzFromRelion(pickAngles(list, index));
    const place = [2, 1, 0].map((axis) => Math.round(pick.position[axis]!));
    const shift = [2, 1, 0].map((axis, i) => fixed(pick.position[axis]! - place[i]!));
    return [
      index + 1,
      options.tomogramNumber ?? 1,
      1,
      index + 1,
      index % 2 === 0 ? "A" : "B",
      ...place.map((voxel) => voxel + 1),
      pick.score.toPrecision(9),
      ...shift,
      ...[phi, psi, theta].map(fixed),
      list.classes?.[index] || 1,
    ];
  });
  return `\n${starBlock("stopgap_motivelist", LABELS, rows)}`;
}
