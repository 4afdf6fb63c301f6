import { openMrc } from "@rotoscope/formats/mrc";
import type { RangeSource } from "./range-source.js";
import type { Shape3, SlicedFile } from "./sliced-file.js";

/** Whether a file's first bytes are those of an MRC or CCP4 map: "MAP" at byte 208, which JavaScript's source maps have not. */
export function isMrc(start: Uint8Array): boolean {
  return String.fromCharCode(...start.subarray(208, 211)) === "MAP";
}

/** An MRC file as a target to look at. Rejects for complex values. */
export async function mrcSlices(source: RangeSource): Promise<SlicedFile> {
  const file = await openMrc(source);
  const { header, shape } = file;
  if (shape.length !== 3) throw new Error(`${source.name}: complex values (mode ${header.mode}) can't be shown.`);
  const rowsAreAlongX = header.axes.every((axis, i) => axis === i);
  return {
    name: source.name,
    shape: shape as unknown as Shape3,
    voxelSizeAngstrom: file.voxelSizeAngstrom as unknown as Shape3,
    maps: ["target"],
    result: null,
    readPlane: async (z) => ({ target: (await file.readPlane(z)).data }),
    readRow: rowsAreAlongX ? async (z, y) => (await file.readRow(z, y)).data : null,
    holdWhole: source.holdWhole,
  };
}
