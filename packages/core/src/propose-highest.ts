/**
 * The `count` highest voxels, ties to the lower index; NaN and -Infinity are none. Returned in ascending order of index.
 *
 * A heap of the best so far, its worst on top.
 */
export function proposeHighest(scores: Float32Array, count: number): Int32Array {
  const heap = new Int32Array(Math.min(count, scores.length));
  let size = 0;
  for (let voxel = 0; voxel < scores.length; voxel++) {
    if (!(scores[voxel]! > Number.NEGATIVE_INFINITY)) continue;
    if (size < heap.length) {
      heap[size++] = voxel;
      if (size === heap.length) for (let at = size >> 1; at >= 0; at--) sink(heap, at, size, scores);
    } else if (scores[voxel]! > scores[heap[0]!]!) {
      heap[0] = voxel;
      sink(heap, 0, size, scores);
    }
  }
  return heap.slice(0, size).sort();
}

function sink(heap: Int32Array, start: number, size: number, scores: Float32Array): void {
  const moved = heap[start]!;
  let at = start;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= size) break;
    if (child + 1 < size && isWorse(heap[child + 1]!, heap[child]!, scores)) child++;
    if (!isWorse(heap[child]!, moved, scores)) break;
    heap[at] = heap[child]!;
    at = child;
  }
  heap[at] = moved;
}

function isWorse(a: number, b: number, scores: Float32Array): boolean {
  return scores[a]! < scores[b]! || (scores[a]! === scores[b]! && a > b);
}
