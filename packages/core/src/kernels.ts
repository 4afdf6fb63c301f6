import { mergeMaxima } from "./merge-maxima.js";
import { proposeCellMaxima } from "./propose-cell-maxima.js";
import { proposeHighest } from "./propose-highest.js";
import { proposeLocalMaxima } from "./propose-local-maxima.js";
import { proposeMasking } from "./propose-masking.js";
import { proposeWindowMaxima } from "./propose-window-maxima.js";
import { sumOfSquares } from "./sum-of-squares.js";
import { updateMaxima } from "./update-maxima.js";
import { windowMaximum } from "./window-maximum.js";

/**
 * The inner loops of the analyzers and peak callers that are worth compiling: pure functions on flat typed arrays in C order, each in a file of its name with its exact rule.
 *
 * The classes take them from here, so a compiled class is the same class with other kernels. The plain ones are the oracle: whatever replaces one gives the
 * same bytes, of sums too (`sumOfSquares` says in which order they add up).
 *
 * Whoever implements them:
 * - gets any typed arrays, over ArrayBuffers or SharedArrayBuffers, and modifies only what the names say (`best`, `rotations`);
 * - gets arguments that the classes have checked: lengths fit, sizes are positive integers, scores may hold NaN and infinities;
 * - provides the memory of states by `allocate`, so that they can lie where the implementation reads fastest; arrays from elsewhere work as well.
 */
export interface Kernels {
  /** Zeroed memory for a state: `shared` memory passes to other threads without a copy and never moves. The view's length is `bytes`. */
  readonly allocate: (bytes: number, shared: boolean) => Uint8Array;
  readonly updateMaxima: typeof updateMaxima;
  readonly sumOfSquares: typeof sumOfSquares;
  readonly mergeMaxima: typeof mergeMaxima;
  readonly windowMaximum: typeof windowMaximum;
  readonly proposeHighest: typeof proposeHighest;
  readonly proposeWindowMaxima: typeof proposeWindowMaxima;
  readonly proposeCellMaxima: typeof proposeCellMaxima;
  readonly proposeMasking: typeof proposeMasking;
  readonly proposeLocalMaxima: typeof proposeLocalMaxima;
}

/** The kernels in plain TypeScript. */
export const plainKernels: Kernels = {
  allocate: (bytes, shared) => new Uint8Array(shared ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes)),
  updateMaxima,
  sumOfSquares,
  mergeMaxima,
  windowMaximum,
  proposeHighest,
  proposeWindowMaxima,
  proposeCellMaxima,
  proposeMasking,
  proposeLocalMaxima,
};
