import type { AnalyzerResult, Peak } from "@rotoscope/core";

/** A result of another program, in our conventions: axes z, y, x; matrices map target to template coordinates. */
export interface PeerResult extends AnalyzerResult {
  /** Per axis; 0 = unknown. */
  readonly voxelSizeAngstrom: readonly number[];
  /** Position of voxel (0, 0, 0) in angstrom, per axis. */
  readonly originAngstrom: readonly number[];
  /** The program that made it, such as "pyTME". */
  readonly software: string;
  /** Its version, as the files say; empty = unknown. */
  readonly version: string;
  /** What it was started with; plain JSON. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Names of the files that went into it, by what they were used as, such as target. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Sentences for the user. */
  readonly warnings: readonly string[];
}

/** A list of picks in our conventions; pick i has rotation i. */
export interface PickList {
  /** In the file's order. Positions z, y, x in voxels from 0 on, fractions allowed. */
  readonly picks: readonly Peak[];
  /** Rotation index to its 3 x 3 matrix, row-major, array axis order, target to template. */
  readonly rotationMapping: ReadonlyMap<number, Float32Array>;
  /** Per axis (z, y, x); 0 = unknown. */
  readonly voxelSizeAngstrom: readonly number[];
  /** Shape of the tomogram, z, y, x, where the file or the caller says it. */
  readonly shape: readonly number[] | null;
  /** The tomogram of each pick, as the file has it; empty = unknown. */
  readonly tomogramNames: readonly string[];
  /** The class of each pick, as the file has it; 0 where it doesn't. */
  readonly classes: readonly number[];
}
