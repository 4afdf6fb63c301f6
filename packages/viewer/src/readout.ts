import type { MapName, ViewDescription } from "@rotoscope/arrow/messages";

/** Values at one voxel; absent = not known (yet). */
export type VoxelValues = Partial<Record<MapName, number>>;

/** The line under the slices: voxel, position in angstrom where the voxel size is known, and the values there. */
export function readoutText(
  description: ViewDescription,
  position: readonly [number, number, number],
  values: VoxelValues,
  pick: number | null,
): string {
  const parts = [`z ${position[0]}  y ${position[1]}  x ${position[2]}`];
  const angstrom = position.map((index, axis) => index * description.voxelSizeAngstrom[axis]!);
  if (description.voxelSizeAngstrom.every((size) => size > 0))
    parts.push(`${angstrom.map((value) => value.toFixed(1)).join(", ")} Å`);
  if (values.target !== undefined) parts.push(`target ${formatValue(values.target)}`);
  if (values.scores !== undefined) parts.push(`score ${formatValue(values.scores)}`);
  if (values.rotations !== undefined) parts.push(values.rotations < 0 ? "no rotation" : `rotation ${values.rotations}`);
  if (pick !== null) parts.push(`pick ${pick + 1} of ${description.picks.length}`);
  return parts.join("   ·   ");
}

/** Four significant digits; NaN as words. */
export function formatValue(value: number): string {
  if (Number.isNaN(value)) return "not known";
  return Math.abs(value) >= 1e5 || (value !== 0 && Math.abs(value) < 1e-3)
    ? value.toExponential(2)
    : Number(value.toPrecision(4)).toString();
}

/** Whole seconds as "45 s", "3 min 10 s" or "2 h 5 min". */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
