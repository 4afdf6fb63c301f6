import { RotoscopeError } from "./errors.js";
import { exactSum, exactSumBytes } from "./exact-sum.js";
import type { Kernels } from "./kernels.js";
import { type NdArray, ndarray, sizeOf } from "./ndarray.js";
import { type RotationNumbers, rotationNumbers } from "./rotation-numbers.js";
import { fillMap, type MapStorage, storedArray } from "./stored-array.js";

/**
 * The state that `update` works on: plain data. In shared memory it can be posted to other threads as it is, and all of them update the one state.
 */
export interface MaxScoreState extends RotationNumbers {
  /** Best score so far; a `StoredArray` where the state is file-backed. */
  readonly scores: NdArray<Float32Array>;
  /** Rotation that gave it; -1 = none. */
  readonly rotations: NdArray<Int32Array>;
  /** Sum of the squares of all scores seen, NaN excluded; `sumValue` reads it. Exact, hence the same in whatever order and thread they came. */
  readonly squares: BigInt64Array;
  /** A lock per block of voxels where threads share the state, else null. */
  readonly locks: Int32Array | null;
}

/** Voxels per block: what `updateMaxima` sums up at once, and a lock guards. */
export const BLOCK = 65_536;

/** How a state is kept. */
export interface StatePlan {
  readonly shape: readonly number[];
  readonly scoreThreshold: number;
  readonly sharedMemory: boolean;
  readonly threadSafe: boolean;
  readonly fileBacked: MapStorage | null;
  /** Number of rotations where it is known. */
  readonly rotationCount: number | undefined;
}

/** A fresh state: scores at the threshold, rotations -1. */
export function createState(plan: StatePlan, kernels: Kernels): MaxScoreState {
  const { shape, scoreThreshold, sharedMemory, fileBacked } = plan;
  const size = sizeOf(shape);
  const memory = (bytes: number): ArrayBufferLike =>
    sharedMemory ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes);
  return {
    ...createMaps(shape, scoreThreshold, fileBacked, (bytes) => kernels.allocate(bytes, sharedMemory)),
    squares: exactSum(memory(exactSumBytes)),
    locks: sharedMemory && plan.threadSafe ? new Int32Array(memory(Math.ceil(size / BLOCK) * 4)) : null,
    ...rotationNumbers(sharedMemory, plan.rotationCount),
  };
}

/** Throws a `RotoscopeError`: `argument` for what is no state, `shape` with both shapes for one of another shape. */
export function checkState(state: MaxScoreState, shape: readonly number[]): void {
  const given = state?.scores?.shape;
  if (!Array.isArray(given) || !(state.rotationMapping instanceof Map))
    throw new RotoscopeError("argument", `state: ${String(state)}, expected what initState gives`);
  if (given.join() !== shape.join())
    throw new RotoscopeError("shape", `state: shape [${given.join(", ")}], expected [${shape.join(", ")}]`);
}

/** The maps of a state or a result. */
export interface Maps {
  readonly scores: NdArray<Float32Array>;
  readonly rotations: NdArray<Int32Array>;
}

/** Maps of `shape` in memory or in a storage, scores at the threshold, rotations -1. */
export function createMaps(
  shape: readonly number[],
  scoreThreshold: number,
  storage: MapStorage | null,
  allocate: (bytes: number) => Uint8Array,
): Maps {
  const maps = emptyMaps(shape, storage, allocate);
  // Zeros too: memory that is first touched in order is read faster ever after.
  fillMap(maps.scores, scoreThreshold);
  fillMap(maps.rotations, -1);
  return maps;
}

/** Maps of `shape` in memory or in a storage, for a caller that writes all of them. */
export function emptyMaps(
  shape: readonly number[],
  storage: MapStorage | null,
  allocate: (bytes: number) => Uint8Array,
): Maps {
  if (storage !== null)
    return {
      scores: storedArray(storage, shape, new Float32Array(0)),
      rotations: storedArray(storage, shape, new Int32Array(0)),
    };
  const size = sizeOf(shape);
  const { buffer, byteOffset } = attempt(allocate, size * 8, shape);
  return {
    scores: ndarray(new Float32Array(buffer, byteOffset, size), shape),
    rotations: ndarray(new Int32Array(buffer, byteOffset + size * 4, size), shape),
  };
}

function attempt(allocate: (bytes: number) => Uint8Array, bytes: number, shape: readonly number[]): Uint8Array {
  try {
    return allocate(bytes);
  } catch (cause) {
    throw new RotoscopeError(
      "argument",
      `shape: [${shape.join(", ")}] needs ${bytes} bytes, more than one array can have here; fileBacked keeps the maps in files`,
      { cause },
    );
  }
}
