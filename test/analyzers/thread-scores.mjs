/** Whole numbers from 0 to 4095, mostly small: many maps tie at their maxima. Twice as many as a map has voxels. */
export function scorePool(voxels) {
  const pool = new Float32Array(new SharedArrayBuffer(voxels * 8));
  for (let at = 0; at < pool.length; at++) pool[at] = Math.imul(at + 1, 0x9e3779b1) >>> 20;
  return pool;
}

/** The map of update `k`: a piece of the pool. */
export function scoresOf(pool, k, shape) {
  const voxels = pool.length / 2;
  const start = (Math.imul(k + 1, 0x51ed2701) >>> 0) % voxels;
  const stride = shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));
  return { data: pool.subarray(start, start + voxels), shape, stride };
}
