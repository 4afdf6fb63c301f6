import type { MapName } from "@rotoscope/arrow/messages";
import type { RangeSource } from "./range-source.js";

/** A plane's values in each map, y, x: float32, rotation indices int32. */
export type PlaneMaps = Partial<Record<MapName, Float32Array | Int32Array>>;

export type Shape3 = readonly [number, number, number];

/** A file that can be read z plane by z plane. */
export interface SlicedFile {
  readonly name: string;
  readonly shape: Shape3;
  readonly voxelSizeAngstrom: Shape3;
  readonly maps: readonly MapName[];
  /** Of a result: what its header says. Null for a volume. */
  readonly result: ResultFacts | null;
  /** All maps at `z`, exact; one request, unless the file's sections lie otherwise. */
  readPlane(z: number): Promise<PlaneMaps>;
  /** The x row at z, y of the target, exact; null where rows can't be read alone. */
  readonly readRow: ((z: number, y: number) => Promise<Float32Array>) | null;
  /** Reads the file whole, for the planes to come; rejects when it can't. */
  holdWhole(): Promise<void>;
}

/** What the header of a result tells. */
export interface ResultFacts {
  readonly rotationCount: number;
  /** float32, rotationCount x 9. */
  readonly matrices: Float32Array;
  readonly scoreThreshold: number;
  readonly meanSquare: number;
  /** Its history file; null = it has none. */
  readonly history: HistoryBeside | null;
  /** As the file has it: two axes for a 2-D result. */
  readonly fileShape: readonly number[];
  /** Half of the template's smallest extent, in voxels; 1 where it isn't known. */
  readonly pickDistance: number;
}

/** The history that stands beside a result. */
export interface HistoryBeside {
  readonly file: string;
  readonly sha256: string;
  /** Opens it; rejects with a sentence for the user. */
  open(): Promise<RangeSource>;
}
