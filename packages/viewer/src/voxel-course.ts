/** How a voxel came to its score: the steps that improved it, ascending, and the score that each brought; the rotation is the step less one. */
export interface VoxelCourse {
  readonly voxel: readonly [number, number, number];
  readonly steps: readonly number[];
  readonly scores: readonly number[];
}

/** Which entry of the course holds after `step`; -1 before the first. */
export function entryAt({ steps }: VoxelCourse, step: number): number {
  let entry = -1;
  while (entry + 1 < steps.length && steps[entry + 1]! <= step) entry++;
  return entry;
}

/** The first improving step after `step`; null when there is none. */
export function nextImprovement({ steps }: VoxelCourse, step: number): number | null {
  return steps.find((candidate) => candidate > step) ?? null;
}

/** The last improving step before `step`; null when there is none. */
export function previousImprovement({ steps }: VoxelCourse, step: number): number | null {
  return steps.filter((candidate) => candidate < step).at(-1) ?? null;
}
