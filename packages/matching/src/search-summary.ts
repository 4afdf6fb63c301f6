import { type RotationSet, sizeOf } from "@rotoscope/core";
import type { ScoreBox } from "./extend-target.js";
import { historyBytes, type MemoryOptions, searchBytes } from "./memory-estimate.js";
import { megabytes } from "./plan-pieces.js";
import { engineWork } from "./prepared-target.js";

/** Time of a rotation per point of the grid, in nanoseconds, by how the engine scores: measured on one core of a server. */
const NANOSECONDS = { product: 3.5, local: 9, masked: 18 } as const;

/** What a search is going to do, said before it starts. */
export interface SearchSummary {
  readonly rotations: number;
  readonly workers: number;
  /** Pieces of the score map that are searched one after the other, 1 = all at once. */
  readonly pieces: number;
  /** Shape of the largest piece, z, y, x, without what it overlaps its neighbours by. */
  readonly pieceShape: readonly number[];
  /** Voxels that pieces share with what lies around them, per axis. */
  readonly overlap: readonly number[];
  /** Grid of a piece's Fourier transforms. */
  readonly grid: readonly number[];
  /** Peak memory of the whole process, estimated. */
  readonly memoryBytes: number;
  /** Estimated; machines differ by some factor of 2. */
  readonly seconds: number;
  /** All of it in a few lines. */
  readonly text: string;
}

/** Describes a search in `pieces` on `cores` processors; `held` are the bytes that the process has already. */
export function summarise(
  options: MemoryOptions,
  pieces: readonly ScoreBox[],
  held: number,
  set: Partial<RotationSet>,
  cores: number,
): SearchSummary {
  const { prepare, workers, rotations } = options;
  const largest = pieces.reduce((best, box) => (sizeOf(box.shape) > sizeOf(best.shape) ? box : best));
  const works = pieces.map((box) => engineWork({ ...prepare, box }));
  const { grid, score, withBackground } = engineWork({ ...prepare, box: largest });
  const points = works.reduce((sum, work) => sum + sizeOf(work.grid), 0);
  const perRotation = points * NANOSECONDS[score] * 1e-9 * (withBackground ? 2 : 1);
  const seconds = (rotations * perRotation) / Math.min(workers, cores);
  const memoryBytes = held + searchBytes(options, largest);
  const overlap = prepare.templateShape.map((length) => length - 1);
  const history = historyBytes(options);
  const cut =
    pieces.length === 1
      ? "at once"
      : `in ${pieces.length} pieces of up to ${largest.shape.join(" x ")}, overlapping by ${overlap.join(", ")} voxels`;
  return {
    rotations,
    workers,
    pieces: pieces.length,
    pieceShape: largest.shape,
    overlap,
    grid,
    memoryBytes,
    seconds,
    // The description measures how well the rotations cover, which takes its time.
    get text(): string {
      return [
        `${prepare.shape.join(" x ")} voxels ${cut}, grid ${grid.join(" x ")}, ${workers} ${workers === 1 ? "worker" : "workers"}`,
        set.description ?? `${rotations} rotations`,
        `memory: about ${megabytes(memoryBytes)}${history > 0 ? `, of which the history takes up to ${megabytes(history)}` : ""}`,
        `time: about ${duration(seconds)}, ${(1000 * perRotation).toPrecision(2)} ms for a rotation and worker`,
      ].join("\n");
    },
  };
}

function duration(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}
