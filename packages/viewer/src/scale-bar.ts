/** A bar that says how long a part of a slice is. */
export interface ScaleBar {
  readonly voxels: number;
  readonly text: string;
}

/** The longest round length (1, 2 or 5 times a power of ten) that fits `mostVoxels`; in voxels where the voxel size isn't known. */
export function scaleBar(voxelSizeAngstrom: number, mostVoxels: number): ScaleBar | null {
  if (!(mostVoxels > 0)) return null;
  const unit = voxelSizeAngstrom > 0 ? voxelSizeAngstrom : 1;
  const length = roundDown(mostVoxels * unit);
  const text = voxelSizeAngstrom > 0 ? lengthText(length) : `${length} voxel${length === 1 ? "" : "s"}`;
  return { voxels: length / unit, text };
}

function lengthText(angstrom: number): string {
  if (angstrom >= 10_000) return `${tidy(angstrom / 10_000)} µm`;
  return angstrom >= 10 ? `${tidy(angstrom / 10)} nm` : `${tidy(angstrom)} Å`;
}

function roundDown(length: number): number {
  const power = 10 ** Math.floor(Math.log10(length));
  const factor = [5, 2, 1].find((candidate) => candidate * power <= length * (1 + 1e-9)) ?? 1;
  return factor * power;
}

function tidy(value: number): number {
  return Number(value.toPrecision(6));
}
