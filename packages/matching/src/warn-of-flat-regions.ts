import type { AnalyzerResult } from "@rotoscope/core";
import { inPieces, inTurns } from "./in-turns.js";
import { orderStatistic } from "./order-statistic.js";

/** How many of the highest scores are looked at. */
const HIGHEST = 100;
/** A local deviation below this fraction of the median is suspiciously small. */
const SUSPICIOUS = 0.5;
/** This many of the highest scores in such places are too many, if they also are this many times what chance would put there. */
const TOO_MANY = 10;

/**
 * Warns when many of the best scores sit where the target hardly varies (erased gold beads, empty corners): there the normalisation blows up
 * whatever is left. `relativeStd` is the local standard deviation over the target's, per voxel;
 * without it for all voxels there is no warning. Others have their turn meanwhile.
 */
export async function warnOfFlatRegions(result: AnalyzerResult, relativeStd: Float32Array): Promise<readonly string[]> {
  const { data } = result.scores;
  let known = true;
  await inTurns(
    inPieces(data.length, (from, to) => {
      for (let voxel = from; known && voxel < to; voxel++) known = !Number.isNaN(relativeStd[voxel]);
    }),
  );
  if (!known) return [];
  const limit = SUSPICIOUS * (await orderStatistic(relativeStd, data.length >> 1));
  const cutOff =
    data.length > HIGHEST ? await orderStatistic(data, data.length - HIGHEST - 1) : Number.POSITIVE_INFINITY;
  let [highest, highestInFlat, flat] = [0, 0, 0];
  await inTurns(
    inPieces(data.length, (from, to) => {
      for (let voxel = from; voxel < to; voxel++) {
        const isFlat = relativeStd[voxel]! < limit;
        if (isFlat) flat++;
        if (!(data[voxel]! > cutOff)) continue;
        highest++;
        if (isFlat) highestInFlat++;
      }
    }),
  );
  const byChance = (highest * flat) / data.length;
  if (highestInFlat < Math.max(TOO_MANY, TOO_MANY * byChance)) return [];
  return [
    `${highestInFlat} of the ${highest} highest scores sit where the target hardly varies: there its local standard deviation is less than half the median ` +
      `(${((100 * flat) / data.length).toFixed(1)} % of the voxels; erased gold beads or empty corners?); minLocalStd: ${limit.toFixed(2)} leaves such places out`,
  ];
}
