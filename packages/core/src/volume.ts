import type { NdArray } from "./ndarray.js";

/** A density map: axes z, y, x; values float32. A 2-D image has one z plane. */
export interface Volume extends NdArray<Float32Array> {
  /** Edge of a voxel in angstrom, per axis (z, y, x); 0 = unknown. */
  readonly voxelSizeAngstrom: readonly number[];
  /** Position of voxel (0, 0, 0) in angstrom, per axis (z, y, x). */
  readonly originAngstrom: readonly number[];
  /** The file it was read from: name without folder, SHA-256 of its bytes in hexadecimal. */
  readonly source?: { readonly name: string; readonly sha256: string };
}
