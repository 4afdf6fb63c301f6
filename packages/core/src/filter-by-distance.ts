import type { Peak } from "./result.js";

/**
 * Keeps peaks greedily by score: one falls when floor(Euclidean distance) to a kept better one is at most `minDistance` (voxels); 0 keeps all.
 *
 * `peaks` must be in order of preference (`comparePeaks`); at most `most` are kept.
 */
export function filterByDistance(peaks: readonly Peak[], minDistance: number, most: number): Peak[] {
  if (minDistance === 0) return peaks.slice(0, most);
  const limit = (Math.floor(minDistance) + 1) ** 2;
  const cellEdge = Math.floor(minDistance) + 1;
  const cells = new Map<string, Peak[]>();
  const kept: Peak[] = [];
  for (const peak of peaks) {
    if (kept.length === most) break;
    const cell = peak.position.map((coordinate) => Math.floor(coordinate / cellEdge));
    if (neighbours(cell).some((key) => cells.get(key)?.some((better) => squaredDistance(better, peak) < limit)))
      continue;
    kept.push(peak);
    const key = cell.join();
    const there = cells.get(key);
    if (there) there.push(peak);
    else cells.set(key, [peak]);
  }
  return kept;
}

function neighbours(cell: readonly number[]): string[] {
  let keys: number[][] = [[]];
  for (const coordinate of cell) keys = keys.flatMap((key) => [-1, 0, 1].map((step) => [...key, coordinate + step]));
  return keys.map((key) => key.join());
}

function squaredDistance(a: Peak, b: Peak): number {
  return a.position.reduce((sum, coordinate, axis) => sum + (coordinate - b.position[axis]!) ** 2, 0);
}
