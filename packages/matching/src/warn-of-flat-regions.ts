import type { AnalyzerResult } from "@rotoscope/core";

/** How many of the highest scores are looked at. */
const HIGHEST = 100;
/** A local deviation below this fraction of the median is suspiciously small. */
const SUSPICIOUS = 0.5;

/**
 * Warns when the best scores sit where the target hardly varies (erased gold beads, empty corners): there the normalisation blows up
 * whatever is left. `relativeStd` is the local standard deviation over the target's, per voxel.
 */
export function warnOfFlatRegions(result: AnalyzerResult, relativeStd: Float32Array): readonly string[] {
  const { data } = result.scores;
  const order = result.rotations.data.reduce<number[]>((voxels, rotation, voxel) => {
    if (rotation >= 0) voxels.push(voxel);
    return voxels;
  }, []);
  if (order.length < 2 * HIGHEST) return [];
  order.sort((a, b) => data[b]! - data[a]!);
  const top = median(order.slice(0, HIGHEST).map((voxel) => relativeStd[voxel]!));
  const all = median(Array.from(relativeStd));
  if (!(top < SUSPICIOUS * all)) return [];
  return [
    `the ${HIGHEST} highest scores sit where the target hardly varies: its local standard deviation there is ${top.toPrecision(2)} of the whole target's, ` +
      `the median is ${all.toPrecision(2)} (erased gold beads or empty corners?); minLocalStd: ${((top + all) / 2).toFixed(2)} would leave such places out`,
  ];
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
