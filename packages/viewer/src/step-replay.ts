/** A payload's improvements, decoded: `counts[k - 1]` entries belong to step k, `voxels` are absolute, `scores` in their own unit. */
export interface Improvements {
  readonly counts: Uint32Array;
  readonly voxels: Uint32Array;
  readonly scores: Float32Array;
}

/** The best so far of a whole volume, movable to any step. `scores` and `rotations` are changed in place by `moveTo`. */
export interface StepReplay {
  readonly scores: Float32Array;
  readonly rotations: Int32Array;
  /** Applies or takes back improvements; 0 = before any rotation, k = after the k-th. Costs as much as lies between. */
  moveTo(step: number): void;
  /** The steps that improved a voxel (flat index), ascending, and the score that each brought. */
  course(voxel: number): { readonly steps: number[]; readonly scores: number[] };
}

/**
 * Starts at step 0 with the scores `start` (taken over, not copied) and rotation -1 everywhere. What each improvement replaced is
 * noted once (8 bytes an entry), so that going back is as cheap as going forwards.
 */
export function stepReplay(start: Float32Array, improvements: Improvements): StepReplay {
  const { counts, voxels, scores: improved } = improvements;
  const ends = new Uint32Array(counts.length + 1);
  for (let k = 0; k < counts.length; k++) ends[k + 1] = ends[k]! + counts[k]!;

  const scores = start;
  const rotations = new Int32Array(start.length).fill(-1);
  const replacedScores = new Float32Array(voxels.length);
  const replacedRotations = new Int32Array(voxels.length);
  let current = 0;
  let known = 0;

  function forward(step: number): void {
    for (let k = current + 1; k <= step; k++) {
      for (let entry = ends[k - 1]!; entry < ends[k]!; entry++) {
        const voxel = voxels[entry]!;
        if (k > known) {
          replacedScores[entry] = scores[voxel]!;
          replacedRotations[entry] = rotations[voxel]!;
        }
        scores[voxel] = improved[entry]!;
        rotations[voxel] = k - 1;
      }
    }
    known = Math.max(known, step);
  }

  function back(step: number): void {
    for (let entry = ends[current]! - 1; entry >= ends[step]!; entry--) {
      const voxel = voxels[entry]!;
      scores[voxel] = replacedScores[entry]!;
      rotations[voxel] = replacedRotations[entry]!;
    }
  }

  return {
    scores,
    rotations,
    moveTo(step) {
      if (!(Number.isInteger(step) && step >= 0 && step <= counts.length))
        throw new RangeError(`step ${step}, expected 0 to ${counts.length}`);
      if (step > current) forward(step);
      else back(step);
      current = step;
    },
    course(voxel) {
      const steps: number[] = [];
      const brought: number[] = [];
      for (let k = 1; k <= counts.length; k++) {
        const entry = findVoxel(voxels, voxel, ends[k - 1]!, ends[k]!);
        if (entry === null) continue;
        steps.push(k);
        brought.push(improved[entry]!);
      }
      return { steps, scores: brought };
    },
  };
}

/** Where `voxel` is among the ascending entries from `from` to `to`. */
function findVoxel(voxels: Uint32Array, voxel: number, from: number, to: number): number | null {
  let [low, high] = [from, to];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (voxels[middle]! < voxel) low = middle + 1;
    else high = middle;
  }
  return low < to && voxels[low] === voxel ? low : null;
}

/** Turns each step's ascending differences into absolute voxel indices, in place. */
export function sumVoxelDifferences(voxels: Uint32Array, counts: Uint32Array): void {
  let entry = 0;
  for (const count of counts) {
    let voxel = 0;
    for (const end = entry + count; entry < end; entry++) {
      voxel += voxels[entry]!;
      voxels[entry] = voxel;
    }
  }
}
