import { setImmediate as nextTurn } from "node:timers/promises";
import { analyzerResult, type History, prepareReplay, type ReplayableHistory, replayable } from "@rotoscope/core";
import { correctedHistory, correctedScores } from "./background.js";
import type { MatchResult } from "./match-result.js";
import { withGaps } from "./rotation-ranges.js";
import type { SearchPlan } from "./search-plan.js";
import type { SearchRun } from "./search-run.js";

/** The outcome of a search that has ended, complete or not. */
export async function resultOf(plan: SearchPlan, run: SearchRun, startedAt: Date, endedAt: Date): Promise<MatchResult> {
  const { rotations, scoreThreshold, target, template, pieces } = plan;
  const found = await run.maps();
  const { correction } = run;
  const maps = correction ? { ...found, scores: await correctedScores(found, correction) } : found;
  const { done, squares, improvements } = run.record();
  const observations = done.reduce((sum, [from, to]) => {
    for (let number = from; number < to; number++)
      if (run.firstEqual[number % run.perPiece] === number % run.perPiece)
        sum += pieces[Math.floor(number / run.perPiece)]!.shape.reduce((product, length) => product * length, 1);
    return sum;
  }, 0);
  const result = analyzerResult({
    ...maps,
    offset: maps.scores.shape.map(() => 0),
    rotationMapping: doneRotations(plan, run),
    meanSquare: observations === 0 ? 0 : squares.reduce((sum, square) => sum + square, 0) / observations,
  });
  const complete = run.done === run.total;
  const record = async (): Promise<ReplayableHistory> => {
    const joined = await run.keeper.join(withGaps(improvements, run.perPiece * pieces.length));
    const steps = historyOfPieces(joined, plan, run);
    const history = replayable(correction ? correctedHistory(steps, correction) : steps, maps);
    await prepareReplay(history, maps, nextTurn);
    return history;
  };
  const history = plan.history ? await record() : null;
  await nextTurn();
  const suspicions = await plan.inspect(result, run.relativeStd);
  return analyzerResult({
    ...result,
    analyzers: run.analyzers,
    target,
    template,
    voxelSizeAngstrom: target.voxelSizeAngstrom.slice(3 - rotations.shape[1]!),
    scoreThreshold,
    history,
    complete,
    warnings: [
      ...plan.warnings,
      ...run.warnings,
      ...(complete
        ? []
        : [
            `stopped after ${run.done} of ${run.total} rotations${pieces.length > 1 ? ` (those of all ${pieces.length} pieces${run.surveysFirst ? ", surveyed and scored" : ""})` : ""}`,
          ]),
      ...suspicions,
    ],
    provenance: provenanceOf(plan, startedAt, endedAt),
  });
}

/** How a search that began at `startedAt`, or whose first part did, came about. */
export function provenanceOf(plan: SearchPlan, startedAt: Date, endedAt: Date): MatchResult["provenance"] {
  return {
    ...plan.provenance,
    startedAt: plan.resume?.provenance?.startedAt ?? startedAt.toISOString(),
    endedAt: endedAt.toISOString(),
  };
}

/** The matrices of the rotations that are done, in one piece at least. */
export function doneRotations({ rotations }: SearchPlan, run: SearchRun): Map<number, Float32Array> {
  const elements = rotations.shape[1]! ** 2;
  const found = new Set<number>();
  for (const [from, to] of run.record().done)
    for (let number = from; number < to; number++) found.add(number % run.perPiece);
  const mapping = new Map<number, Float32Array>();
  for (const index of [...found].sort((a, b) => a - b))
    if (run.firstEqual[index] === index)
      mapping.set(index, rotations.data.slice(index * elements, (index + 1) * elements));
  return mapping;
}

/** A history of one piece after the other as one of all pieces at once. */
function historyOfPieces(history: History, { rotations, pieces }: SearchPlan, { perPiece }: SearchRun): History {
  if (pieces.length === 1) return history;
  const count = (k: number): number =>
    pieces.reduce((sum, _, piece) => {
      const step = piece * perPiece + k;
      return sum + (history.count?.(step) ?? history.step(step).voxel.length);
    }, 0);
  return {
    stepCount: rotations.shape[0]!,
    count,
    ...(history.above !== undefined && { above: history.above }),
    step: (k) => {
      const steps = pieces.map((_, piece) => history.step(piece * perPiece + k));
      const length = steps.reduce((sum, { voxel }) => sum + voxel.length, 0);
      const all = { voxel: new Int32Array(length), score: new Float32Array(length), rotation: new Int32Array(length) };
      let at = 0;
      for (const { voxel, score, rotation } of steps) {
        all.voxel.set(voxel, at);
        all.score.set(score, at);
        rotation.forEach((number, entry) => {
          all.rotation[at + entry] = number < 0 ? number : number % perPiece;
        });
        at += voxel.length;
      }
      return all;
    },
  };
}
