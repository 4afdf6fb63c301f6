/** A key that is equal when two matrices are byte-equal as float32. */
export function matrixKey(matrix: Float32Array): string {
  return new Int32Array(matrix.slice().buffer).join();
}
