import type { ChangesReply } from "@rotoscope/arrow/messages";
import type { HeldPlane, HeldPlanes } from "./held-planes.js";

type Planes = ChangesReply["planes"];

/** What the steps around one change in the planes on show: steps among them need no answer of the host. */
export interface StepChanges {
  /** Whether held planes can go from one step to another. */
  reach(from: number, to: number, planes: Planes): boolean;
  /** Whether there are steps enough to both sides of `step`, or as many as the host gives. */
  isEnough(step: number, stepCount: number, planes: Planes): boolean;
  /** Takes `held` from the step that it is at to `step`, and returns the highest score of the whole volume there. */
  move(held: HeldPlanes, step: number): number;
}

/** Reads an answer; `asked` is the step that it was asked for. */
export function stepChanges(
  { first, last, planes }: ChangesReply,
  buffers: readonly ArrayBuffer[],
  asked: number,
): StepChanges {
  const maxScores = new Float32Array(buffers[0]!);
  const ends = new Uint32Array(buffers[1]!);
  const places = new Uint32Array(buffers[2]!);
  const [before, after] = [new Float32Array(buffers[3]!), new Float32Array(buffers[4]!)];
  const rotations = new Int32Array(buffers[5]!);
  const own = nameOf(planes);
  const covers = (step: number): boolean => step >= first && step <= last;

  /** Where the entries of step `k` in a plane are. */
  function entriesOf(k: number, plane: number): readonly [number, number] {
    const group = (k - first - 1) * planes.length + plane;
    return [group === 0 ? 0 : ends[group - 1]!, ends[group]!];
  }

  function redo(values: HeldPlane["values"], plane: number, k: number): void {
    const [start, end] = entriesOf(k, plane);
    if (values instanceof Int32Array) for (let entry = start; entry < end; entry++) values[places[entry]!] = k - 1;
    else for (let entry = start; entry < end; entry++) values[places[entry]!] = after[entry]!;
  }

  function undo(values: HeldPlane["values"], plane: number, k: number): void {
    const [start, end] = entriesOf(k, plane);
    const from = values instanceof Int32Array ? rotations : before;
    for (let entry = start; entry < end; entry++) values[places[entry]!] = from[entry]!;
  }

  return {
    reach: (from, to, wanted) => covers(from) && covers(to) && nameOf(wanted) === own,
    isEnough(step, stepCount, wanted) {
      if (!covers(step) || nameOf(wanted) !== own) return false;
      const earlier = first === 0 || step - first >= (asked - first) / 2;
      return earlier && (last === stepCount || last - step >= (last - asked) / 2);
    },
    move(held, step) {
      const from = held.shown!.step;
      for (const map of ["scores", "rotations"] as const)
        planes.forEach(({ axis }, plane) => {
          const values = held.plane(map, axis)?.values;
          if (!values) return;
          for (let k = from + 1; k <= step; k++) redo(values, plane, k);
          for (let k = from; k > step; k--) undo(values, plane, k);
        });
      held.stepTo(step);
      return maxScores[step - first]!;
    },
  };
}

function nameOf(planes: Planes): string {
  return planes.map(({ axis, index }) => `${axis}:${index}`).join();
}
