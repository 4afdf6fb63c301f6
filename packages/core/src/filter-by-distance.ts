import { CellGrid } from "./cell-grid.js";

/**
 * Keeps points greedily in their order: one falls when floor(Euclidean distance) to a kept earlier one is at most `minDistance`; 0 keeps all.
 *
 * `coordinates` holds n points of `dimensions` numbers each, in order of preference. Returns the numbers of the kept points, ascending, `most` at most.
 */
export function filterByDistance(
  coordinates: Float64Array,
  dimensions: number,
  minDistance: number,
  most: number,
): Int32Array {
  const count = coordinates.length / dimensions;
  const kept = new Int32Array(Math.min(most, count));
  let size = 0;
  if (minDistance === 0) {
    for (; size < kept.length; size++) kept[size] = size;
    return kept;
  }
  const edge = Math.floor(minDistance) + 1;
  const limit = edge * edge;
  const isNear = (a: number, b: number): boolean => {
    let squared = 0;
    for (let axis = 0; axis < dimensions; axis++)
      squared += (coordinates[a * dimensions + axis]! - coordinates[b * dimensions + axis]!) ** 2;
    return squared < limit;
  };
  const grid = new CellGrid(coordinates, dimensions, edge);
  for (let point = 0; point < count && size < kept.length; point++) {
    if (grid.hasNear(point, isNear)) continue;
    grid.add(point);
    kept[size++] = point;
  }
  return kept.slice(0, size);
}
