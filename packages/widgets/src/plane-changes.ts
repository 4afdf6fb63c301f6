import type { ChangesReply, ChangesRequest } from "@rotoscope/arrow";
import { planeAxes } from "@rotoscope/arrow";
import { type History, RotoscopeError, sizeOf } from "@rotoscope/core";
import { type BestSoFar, entryCount } from "./best-so-far.js";
import type { Shape3 } from "./describe-view.js";

/** Steps to either side, at most; entries that are gone through for a reply; and about as many as go into one. */
const MOST_STEPS = 20;
const MOST_ENTRIES = 300_000;
const MOST_SENT = 8_000;

/** Gathers what the steps around one change in planes. Leaves `best` at another step. Throws a `RotoscopeError` (`argument`) for a step or a plane that isn't there. */
export function planeChanges(
  best: BestSoFar,
  history: History,
  shape: Shape3,
  { sequence, step, planes }: ChangesRequest,
): { readonly reply: ChangesReply; readonly buffers: readonly ArrayBufferView[] } {
  if (!(Number.isInteger(step) && step >= 0 && step <= history.stepCount))
    throw new RotoscopeError("argument", `step: ${step}, expected an integer from 0 to ${history.stepCount}`);
  const cuts = planes.map(({ axis, index }) => cutOf(shape, axis, index));
  const share = cuts.reduce((sum, { size }) => sum + size, 0) / Math.max(1, sizeOf(shape));
  const { first, last } = stepsAround(history, step, Math.min(MOST_ENTRIES, MOST_SENT / share));
  best.moveTo(first);
  const maxScores = [best.maxScore()];
  const ends: number[] = [];
  const [places, before, after, rotations]: number[][] = [[], [], [], []];
  for (let k = first + 1; k <= last; k++) {
    const { voxel, score, rotation } = history.step(k);
    best.moveTo(k);
    const { scores } = best;
    for (const { index, stride, length, placeOf } of cuts) {
      for (let entry = 0; entry < voxel.length; entry++) {
        const at = voxel[entry]!;
        if (((at / stride) | 0) % length !== index) continue;
        places!.push(placeOf(at));
        before!.push(score[entry]!);
        after!.push(scores[at]!);
        rotations!.push(rotation[entry]!);
      }
      ends.push(places!.length);
    }
    maxScores.push(best.maxScore());
  }
  return {
    reply: { type: "changes", sequence, first, last, planes },
    buffers: [
      Float32Array.from(maxScores),
      Uint32Array.from(ends),
      Uint32Array.from(places!),
      Float32Array.from(before!),
      Float32Array.from(after!),
      Int32Array.from(rotations!),
    ],
  };
}

/** As many steps to either side of `step` as there is room for. */
function stepsAround(history: History, step: number, most: number): { readonly first: number; readonly last: number } {
  let [first, last, entries] = [step, step, 0];
  const fits = (k: number): boolean => {
    entries += entryCount(history, k);
    return entries <= most;
  };
  for (let away = 1; away <= MOST_STEPS; away++) {
    const [later, earlier] = [last === step + away - 1, first === step - away + 1];
    if (later && last < history.stepCount && fits(last + 1)) last++;
    if (earlier && first > 0 && fits(first)) first--;
    if (entries > most) break;
  }
  return { first, last };
}

/** How a voxel's flat index tells whether it lies in a plane, and where there. */
function cutOf(shape: Shape3, axis: 0 | 1 | 2, index: number) {
  if (!(index >= 0 && index < shape[axis]))
    throw new RotoscopeError("argument", `plane ${index} of axis ${axis}, expected 0 to ${shape[axis] - 1}`);
  const stride = [shape[1] * shape[2], shape[2], 1] as const;
  const [rowAxis, columnAxis] = planeAxes(axis);
  const [rows, columns] = [shape[rowAxis], shape[columnAxis]];
  const coordinate = (voxel: number, along: 0 | 1 | 2) => Math.floor(voxel / stride[along]) % shape[along];
  return {
    index,
    stride: stride[axis],
    length: shape[axis],
    size: rows * columns,
    placeOf: (voxel: number) => coordinate(voxel, rowAxis) * columns + coordinate(voxel, columnAxis),
  };
}
