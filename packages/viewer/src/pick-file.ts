import type { ViewDescription, WritePicksRequest } from "@rotoscope/arrow/messages";
import { peaksBytes } from "@rotoscope/arrow/peaks";
import { writeStar } from "@rotoscope/formats/star";
import { takenPicks } from "./taken-picks.js";
import { wholePosition } from "./whole-position.js";

/** A file of picks, for the browser to save. */
export interface PickFile {
  readonly count: number;
  readonly bytes: ArrayBuffer;
}

/** The picks that are taken, in voxels of the result, as the file that was asked for. Rejects where that can't hold them. */
export async function pickFile(
  description: ViewDescription,
  matrices: Float32Array,
  { choice, format, name }: WritePicksRequest,
): Promise<PickFile> {
  const { picks, binning, wholeShape, voxelSizeAngstrom } = description;
  const peaks = takenPicks(picks, choice).map(({ position, score, rotation }) => ({
    position: wholePosition(position, binning),
    score,
    rotation,
  }));
  const rotationMapping = new Map(
    peaks.map(({ rotation }) => [rotation, matrices.subarray(rotation * 9, rotation * 9 + 9)]),
  );
  const size = voxelSizeAngstrom.map((edge) => edge / binning);
  const details = { rotationMapping, shape: wholeShape, voxelSizeAngstrom: size };
  if (format === "arrow")
    return { count: peaks.length, bytes: peaksBytes(peaks, details).slice().buffer as ArrayBuffer };
  const text = writeStar(peaks, { ...details, tomogramName: name.slice(0, -".star".length) });
  return { count: peaks.length, bytes: new TextEncoder().encode(text).buffer };
}
