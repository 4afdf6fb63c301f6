import type { Peak } from "@rotoscope/core";

/** What to say of picks that lie outside of a tomogram of `shape` (z, y, x), as those of another tomogram or voxel size do; null where none does. */
export function picksOutside(picks: readonly Peak[], shape: readonly number[]): string | null {
  const isOutside = ({ position }: Peak): boolean =>
    position.some((voxel, axis) => voxel < -0.5 || voxel > shape[axis]! - 0.5);
  const count = picks.filter(isOutside).length;
  if (count === 0) return null;
  return `${count} of ${picks.length} picks lie outside of the tomogram of ${[...shape].reverse().join(" x ")} voxels (x, y, z)`;
}
