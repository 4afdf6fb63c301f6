import { historyBytes as historyFileBytes, type RotationSet, sizeOf } from "@rotoscope/core";
import type { ScoreBox } from "./extend-target.js";
import { historyBytes, type MemoryOptions, searchBytes } from "./memory-estimate.js";
import type { Pace } from "./pace.js";
import { megabytes, surveysFirst } from "./plan-pieces.js";
import { engineWork } from "./prepared-target.js";

/** Before anything is measured, on a core of a server. Nanoseconds of a rotation per point of the grid, by how the engine scores. */
const ROTATION = { product: 3, local: 9, masked: 20 } as const;
/** Nanoseconds to prepare a point of the grid, to look at a voxel at the end, and for each of its improvements that a history joins; seconds to start threads. */
const SET_UP = 220;
const END = 60;
const JOIN = 130;
const START_SECONDS = 0.4;

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
  /** From beginning to end. Until the first rotations have been timed a guess, which machines differ from by some factor of 2. */
  readonly seconds: number;
  /** Whether the first rotations have been timed, and `seconds` follows from them: see `Search.planned`. */
  readonly timed: boolean;
  /** All of it in a few lines. */
  readonly text: string;
}

/** Describes a search in `pieces` on `cores` processors; `held` are the bytes that the process has already. `pace`: once its first rotations have been timed. */
export function summarise(
  options: MemoryOptions,
  pieces: readonly ScoreBox[],
  held: number,
  set: Partial<RotationSet>,
  cores: number,
  pace: Pace | null = null,
): SearchSummary {
  const { prepare, workers, rotations } = options;
  const largest = pieces.reduce((best, box) => (sizeOf(box.shape) > sizeOf(best.shape) ? box : best));
  const works = pieces.map((box) => engineWork({ ...prepare, box }));
  const { grid, score, withBackground } = engineWork({ ...prepare, box: largest });
  const points = works.reduce((sum, work) => sum + sizeOf(work.grid), 0);
  const parallel = Math.min(workers, cores);
  const guessed = (points / pieces.length) * ROTATION[score] * 1e-9 * (withBackground ? 2 : 1);
  const perRotation = pace ? parallel / pace.rotationsPerSecond : guessed;
  const surveyed = surveysFirst(prepare, pieces);
  const passes = pieces.length * (surveyed ? 2 : 1);
  const left = (rotations * passes - (pace?.done ?? 0)) * (perRotation / parallel);
  const setUp = START_SECONDS + SET_UP * 1e-9 * points * (surveyed ? 2 : 1);
  const voxels = sizeOf(prepare.shape);
  const joined = options.history ? JOIN * (historyFileBytes(prepare.shape, rotations) / 12) : 0;
  const end = 1e-9 * (END * voxels + joined) * Math.min(4, Math.max(0.25, perRotation / guessed));
  const otherPieces = pace ? setUp * (1 - 1 / passes) : setUp;
  const seconds = (pace?.seconds ?? 0) + otherPieces + left + end;
  const memoryBytes = held + searchBytes(options, largest);
  const overlap = prepare.templateShape.map((length) => length - 1);
  const history = historyBytes(options);
  const file = historyFileBytes(prepare.shape, rotations);
  const cut =
    pieces.length === 1
      ? "at once"
      : `in ${pieces.length} pieces of up to ${largest.shape.join(" x ")}, overlapping by ${overlap.join(", ")} voxels${surveyed ? ", all surveyed before they are scored" : ""}`;
  return {
    rotations,
    workers,
    pieces: pieces.length,
    pieceShape: largest.shape,
    overlap,
    grid,
    memoryBytes,
    seconds,
    timed: pace !== null,
    // The description measures how well the rotations cover, which takes its time.
    get text(): string {
      return [
        `${prepare.shape.join(" x ")} voxels ${cut}, grid ${grid.join(" x ")}, ${workers} ${workers === 1 ? "worker" : "workers"}`,
        set.description ?? `${rotations} rotations`,
        `memory: about ${megabytes(memoryBytes)}${history > 0 ? `, of which the history takes up to ${megabytes(history)}; as a file up to ${megabytes(file)}` : ""}`,
        `time: about ${duration(seconds)}, ${(1000 * perRotation).toPrecision(2)} ms for a rotation and worker${pace ? " (timed)" : ""}`,
      ].join("\n");
    },
  };
}

function duration(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}
