import { RotoscopeError } from "@rotoscope/core";
import { checkBytes } from "./check-argument.js";
import { matrixFromRelionAngles } from "./euler.js";
import type { PickList } from "./peer-result.js";
import { checkPickReadOptions, type PickReadOptions } from "./picks-from-star.js";
import { TextBytes } from "./text-bytes.js";
import { checkWritable, pickAngles, type WritablePicks } from "./writable-picks.js";

const LABELS = ["x", "y", "z", "euler_x", "euler_y", "euler_z", "score", "detail"];
/** More columns than any program writes. */
const MOST_COLUMNS = 1000;

/**
 * The picks of a table separated by tabs or commas, as pyTME's postprocess writes: x, y, z in voxels from 0 on, RELION's angles rot, tilt, psi in degrees as
 * euler_x, euler_y, euler_z, score, and the class as detail. Only x, y, z have to be there.
 *
 * Throws a `RotoscopeError` (`file`) that names the line and the column.
 */
export function picksFromDelimited(bytes: Uint8Array, name: string, options: PickReadOptions = {}): PickList {
  checkBytes(bytes);
  checkPickReadOptions(options);
  const lines = new TextDecoder().decode(bytes).split(/\r?\n/);
  const separator = lines[0]!.includes("\t") ? "\t" : ",";
  const labels = lines[0]!.split(separator, MOST_COLUMNS + 1).map((label) => label.trim().toLowerCase());
  if (labels.length > MOST_COLUMNS) throw new RotoscopeError("file", `${name}: more than ${MOST_COLUMNS} columns`);
  const places = LABELS.map((label) => labels.indexOf(label));
  const absent = LABELS.slice(0, 3).filter((_, i) => places[i] === -1);
  if (absent.length > 0)
    throw new RotoscopeError(
      "file",
      `${name}: no column ${absent.join(", ")} in its first line "${lines[0]!.slice(0, 80)}"`,
    );
  const rows = lines.flatMap((line, index) => (index === 0 || line.trim() === "" ? [] : [readRow(line, index)]));
  return {
    picks: rows.map(([x, y, z, , , , score], rotation) => ({ position: [z!, y!, x!], score: score!, rotation })),
    rotationMapping: new Map(rows.map(([, , , rot, tilt, psi], i) => [i, matrixFromRelionAngles(rot!, tilt!, psi!)])),
    voxelSizeAngstrom: options.voxelSizeAngstrom ?? [0, 0, 0],
    shape: options.shape ?? null,
    tomogramNames: rows.map(() => ""),
    classes: rows.map((row) => row[7]!),
  };

  function readRow(line: string, index: number): number[] {
    const cells = line.split(separator, labels.length + 1);
    if (cells.length !== labels.length)
      throw new RotoscopeError(
        "file",
        `${name}: line ${index + 1} has ${cells.length} values, expected ${labels.length}`,
      );
    return places.map((place, i) => {
      const value = place === -1 ? 0 : Number(cells[place]);
      if (Number.isFinite(value) && cells[place]?.trim() !== "") return value;
      throw new RotoscopeError(
        "file",
        `${name}: line ${index + 1}, ${LABELS[i]} is "${cells[place]?.slice(0, 40)}", expected a number`,
      );
    });
  }
}

/** The picks as a table separated by tabs, as `picksFromDelimited` and pyTME read it. Throws a `RotoscopeError` (`argument`) for a pick without a rotation. */
export function writeTsv(list: WritablePicks): string {
  return tsvText(list).toString();
}

/** The bytes of the text that `writeTsv` gives. */
export function tsvText(list: WritablePicks): TextBytes {
  checkWritable(list);
  const text = new TextBytes().text(LABELS.join("\t")).endLine();
  list.picks.forEach(({ position, score }, index) => {
    const angles = pickAngles(list, index);
    for (let axis = 2; axis >= 0; axis--) text.fixed(position[axis]!).tab();
    for (const angle of angles) text.fixed(angle).tab();
    text
      .significant(score)
      .tab()
      .number(list.classes?.[index] ?? 0)
      .endLine();
  });
  return text;
}
