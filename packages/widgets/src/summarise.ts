import type { ViewDescription } from "@rotoscope/arrow";
import { atOnce } from "@rotoscope/core";
import { highestVoxel } from "./highest-voxel.js";
import type { ViewableResult } from "./viewable.js";

/** A result in a few lines of text. */
export function summarise(result: ViewableResult): string {
  return summariseBest(result, atOnce(highestVoxel(result.scores.data)));
}

/** The same, where the voxel with the highest score is known. */
export function summariseBest(result: ViewableResult, best: number): string {
  const { scores, rotations, rotationMapping } = result;
  if (scores.data.length === 0) return `Empty: ${scores.shape.join(" x ")} voxels`;
  const position = scores.shape.map((length, axis) => Math.floor(best / scores.stride[axis]!) % length);
  return [
    `Best of ${rotationMapping.size} rotations for each of ${scores.shape.join(" x ")} voxels`,
    `highest score ${scores.data[best]!.toFixed(4)} at [${position.join(", ")}], rotation ${rotations.data[best]}`,
    ...(result.warnings ?? []).map((warning) => `warning: ${warning}`),
  ].join("\n");
}

/** What there is to see where no result is: a volume, or a search under way. */
export function summariseView({ shape, stepCount, running, notes }: ViewDescription): string {
  const voxels = `${shape.join(" x ")} voxels`;
  return [
    stepCount === 0 ? `Volume of ${voxels}` : `Search of ${stepCount} rotations in ${voxels}`,
    ...(running ? ["running"] : []),
    ...notes,
  ].join("\n");
}
