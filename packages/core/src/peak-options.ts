import { RotoscopeError } from "./errors.js";
import { checkShape } from "./nested-array.js";

/** Options of a peak caller. */
export interface PeakCallerOptions {
  /** Shape of the score arrays, slowest axis first. */
  readonly shape: readonly number[];
  /** How many peaks to keep. Default 1000. */
  readonly numPeaks?: number;
  /** Peaks closer than `minDistance` + 1 voxels to a better one fall. Default 1. */
  readonly minDistance?: number;
  /** Peaks within this many voxels of the border fall. Default 0. */
  readonly minBoundaryDistance?: number;
  /** Lowest score to keep. Default: none. */
  readonly minScore?: number;
  /** Highest score to keep. Default: none. */
  readonly maxScore?: number;
  /** Axes of which every index is a problem of its own, with its own `numPeaks`; distances don't count along them. Default: none. */
  readonly batchDims?: readonly number[];
  /** Axes along which the map is projected (maximum) first: a peak lies where the maximum does, distances don't count along them. Default: none. */
  readonly projectionDims?: readonly number[];
}

/** Completes the options with their defaults. Throws a `RotoscopeError` (`argument`) that names the option and its value. */
export function checkPeakOptions(options: PeakCallerOptions): Required<PeakCallerOptions> {
  const given = Object.entries(options ?? {}).filter(([, value]) => value !== undefined && value !== null);
  const checked: Required<PeakCallerOptions> = {
    numPeaks: 1000,
    minDistance: 1,
    minBoundaryDistance: 0,
    minScore: Number.NEGATIVE_INFINITY,
    maxScore: Number.POSITIVE_INFINITY,
    batchDims: [],
    projectionDims: [],
    ...(Object.fromEntries(given) as unknown as PeakCallerOptions),
    shape: checkShape(options?.shape),
  };
  const { shape, numPeaks, minDistance, minBoundaryDistance, minScore, maxScore } = checked;
  const fail = (name: string, value: unknown, expected: string): never => {
    throw new RotoscopeError("argument", `${name}: ${value}, expected ${expected}`);
  };
  if (!Number.isInteger(numPeaks) || numPeaks <= 0) fail("numPeaks", numPeaks, "an integer over 0");
  if (!(minDistance >= 0 && minDistance < Number.POSITIVE_INFINITY)) fail("minDistance", minDistance, ">= 0");
  if (!(minBoundaryDistance >= 0)) fail("minBoundaryDistance", minBoundaryDistance, ">= 0");
  if (typeof minScore !== "number" || Number.isNaN(minScore)) fail("minScore", minScore, "a number");
  if (typeof maxScore !== "number" || Number.isNaN(maxScore)) fail("maxScore", maxScore, "a number");
  for (const name of ["batchDims", "projectionDims"] as const) {
    const dims = checked[name];
    if (!Array.isArray(dims) || new Set(dims).size < dims.length || dims.some((axis) => !(axis in shape)))
      fail(name, `[${dims}]`, `different axes from 0 to ${shape.length - 1}`);
  }
  const { batchDims, projectionDims } = checked;
  if (batchDims.some((axis) => projectionDims.includes(axis)))
    fail("projectionDims", `[${projectionDims}]`, `axes that aren't in batchDims [${batchDims}]`);
  if (batchDims.length + projectionDims.length === shape.length)
    fail("batchDims and projectionDims", `[${[...batchDims, ...projectionDims]}]`, "at least one axis besides");
  return checked;
}
