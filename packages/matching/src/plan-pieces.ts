import { RotoscopeError } from "@rotoscope/core";
import type { ScoreBox } from "./extend-target.js";
import { engineBytesOf, type MemoryOptions, MOST_ENGINE_BYTES, searchBytes } from "./memory-estimate.js";
import type { PrepareOptions } from "./prepared-target.js";

type Shape3 = readonly [number, number, number];

/** More pieces than that aren't tried. */
const MOST_PIECES = 4096;

/**
 * Cuts the score map into as few boxes as it takes to search it in `memoryLimit` bytes: one box where that is enough. Each is searched with what it needs of the target around it, so the
 * scores are those of the whole.
 *
 * `held` are the bytes that the process has already; `before`, where given, is into how many pieces an earlier run of the search has cut it, and this one must. Throws a `RotoscopeError` (`argument`) that says what the smallest pieces would need.
 */
export function planPieces(
  options: MemoryOptions,
  memoryLimit: number,
  held: number,
  before: number | null,
): readonly ScoreBox[] {
  const { shape, templateShape } = options.prepare;
  let counts: Shape3 = [1, 1, 1];
  let least = Number.POSITIVE_INFINITY;
  for (;;) {
    if (before === counts[0] * counts[1] * counts[2]) return boxesOf(shape, counts);
    const largest: ScoreBox = { start: [0, 0, 0], shape: pieceShape(shape, counts) };
    const bytes = held + searchBytes(options, largest);
    const fits = bytes <= memoryLimit && before === null;
    if (fits && engineBytesOf(options, largest) <= MOST_ENGINE_BYTES) return boxesOf(shape, counts);
    least = Math.min(least, bytes);
    const axis = longestAxis(shape, templateShape, counts);
    if (axis === null || counts[0] * counts[1] * counts[2] >= MOST_PIECES)
      throw new RotoscopeError(
        "argument",
        `memoryLimit: ${megabytes(memoryLimit)}, the search needs ${megabytes(least)} even in pieces` +
          ` (${megabytes(held)} of them are the process as it is); try fewer workers`,
      );
    counts = counts.map((count, at) => (at === axis ? count + 1 : count)) as unknown as Shape3;
  }
}

/**
 * Whether the pieces are surveyed before any is scored: MCC compares each place with the highest overlap and denominator of the rotation's whole score map, of which a piece knows only its part.
 */
export function surveysFirst({ score }: Pick<PrepareOptions, "score">, pieces: readonly ScoreBox[]): boolean {
  return score === "MCC" && pieces.length > 1;
}

/** A number of bytes in words. */
export function megabytes(bytes: number): string {
  if (bytes === Number.POSITIVE_INFINITY) return "no limit";
  return bytes < 9.95e8 ? `${Math.round(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}

function pieceShape(shape: Shape3, counts: Shape3): Shape3 {
  return shape.map((length, axis) => Math.ceil(length / counts[axis]!)) as unknown as Shape3;
}

/** The axis along which pieces are longest; pieces no longer than the template, which cost more than they save, aren't cut. */
function longestAxis(shape: Shape3, templateShape: Shape3, counts: Shape3): number | null {
  const lengths = pieceShape(shape, counts);
  const axes = [0, 1, 2].filter((axis) => shape[axis]! > 1 && lengths[axis]! > templateShape[axis]!);
  return axes.reduce<number | null>(
    (best, axis) => (best === null || lengths[axis]! > lengths[best]! ? axis : best),
    null,
  );
}

function boxesOf(shape: Shape3, counts: Shape3): readonly ScoreBox[] {
  const bounds = shape.map((length, axis) =>
    Array.from({ length: counts[axis]! + 1 }, (_, at) => Math.floor((length * at) / counts[axis]!)),
  );
  return Array.from({ length: counts[0] * counts[1] * counts[2] }, (_, piece) => {
    const place = [
      Math.floor(piece / (counts[1] * counts[2])),
      Math.floor(piece / counts[2]) % counts[1],
      piece % counts[2],
    ];
    const start = place.map((at, axis) => bounds[axis]![at]!) as unknown as Shape3;
    const end = place.map((at, axis) => bounds[axis]![at + 1]!);
    return { start, shape: end.map((at, axis) => at - start[axis]!) as unknown as Shape3 };
  });
}
