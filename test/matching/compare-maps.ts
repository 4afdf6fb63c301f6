import type { AnalyzerResult } from "@rotoscope/core";

/** A score map and its winners, C order. */
export interface ReferenceMaps {
  readonly scores: ArrayLike<number>;
  readonly winners: ArrayLike<number>;
}

/**
 * Largest difference of two score maps, the reference's range, and the fraction of voxels with the same winner. With `paddedTemplate`, the template's shape, planes 0 of its even
 * axes are left out: there the reference mixes in what lies at the other end of the target.
 */
export function compareMaps(
  ours: Pick<AnalyzerResult, "scores" | "rotations">,
  reference: ReferenceMaps,
  paddedTemplate: readonly number[] | null,
): { readonly worst: number; readonly range: number; readonly sameWinners: number } {
  const { data, shape } = ours.scores;
  const template = paddedTemplate?.slice(paddedTemplate.length - shape.length);
  let [worst, lowest, highest, same, count] = [0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0];
  for (let voxel = 0; voxel < data.length; voxel++) {
    let skipped = false;
    for (let axis = shape.length - 1, rest = voxel; axis >= 0; rest = Math.floor(rest / shape[axis]!), axis--)
      if (rest % shape[axis]! === 0 && template && template[axis]! % 2 === 0) skipped = true;
    if (skipped) continue;
    const score = reference.scores[voxel]!;
    worst = Math.max(worst, Math.abs(data[voxel]! - score));
    lowest = Math.min(lowest, score);
    highest = Math.max(highest, score);
    if (ours.rotations.data[voxel] === reference.winners[voxel]) same++;
    count++;
  }
  return { worst, range: highest - lowest, sameWinners: same / count };
}
