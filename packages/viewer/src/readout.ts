import type { MapName, ViewDescription } from "@rotoscope/arrow/messages";
import { wholePosition } from "./whole-position.js";

/** Values at one voxel; absent = not known (yet). */
export type VoxelValues = Partial<Record<MapName, number>>;

/** RELION's angles in degrees. */
export type Angles = readonly [rot: number, tilt: number, psi: number];

/** What the line under the slices tells of. */
export interface Readout {
  readonly position: readonly [number, number, number];
  readonly values: VoxelValues;
  /** The angles of the rotation there, where it is known. */
  readonly angles: Angles | null;
  readonly pick: number | null;
}

/** The line under the slices: voxel, position in angstrom where the voxel size is known, the values there, and the rotation with RELION's angles. */
export function readoutText(description: ViewDescription, { position, values, angles, pick }: Readout): string {
  const { shape, binning, voxelSizeAngstrom, picks } = description;
  const whole = wholePosition(position, binning);
  const names = shape[0] === 1 && description.wholeShape[0] === 1 ? [1, 2] : [0, 1, 2];
  const parts = [names.map((axis) => `${"zyx"[axis]} ${position[axis]}`).join("  ")];
  if (voxelSizeAngstrom.every((size) => size > 0)) {
    const angstrom = names.map((axis) => ((whole[axis]! * voxelSizeAngstrom[axis]!) / binning).toFixed(1));
    parts.push(`${angstrom.join(", ")} Å`);
  }
  if (values.target !== undefined) parts.push(`target ${formatValue(values.target)}`);
  if (values.scores !== undefined) parts.push(`score ${formatValue(values.scores)}`);
  if (values.rotations !== undefined) parts.push(values.rotations < 0 ? "no rotation" : `rotation ${values.rotations}`);
  if (angles) parts.push(anglesText(angles, description.wholeShape[0] === 1));
  if (pick !== null) parts.push(`pick ${pick + 1} of ${picks.length}`);
  return parts.join("   ·   ");
}

/** RELION's angles in words; of a rotation in a plane its angle. */
export function anglesText(angles: Angles, planar = false): string {
  if (planar) return `angle ${(angles[0] + angles[2]).toFixed(1)}°`;
  return ["rot", "tilt", "psi"].map((name, i) => `${name} ${angles[i]!.toFixed(1)}°`).join("  ");
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
