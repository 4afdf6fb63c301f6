import { checkList, checkObject } from "./check-argument.js";
import { RotoscopeError } from "./errors.js";
import { filterByDistance } from "./filter-by-distance.js";

/**
 * The distance filter of the peak callers alone: keeps points in their order; one falls when floor(Euclidean distance) to a kept earlier one is at most `minDistance`.
 *
 * `coordinates` are n points of d numbers; points of different places along `batchDims` don't see one another. Returns the kept points' numbers, ascending; 0 keeps all, no point
 * gives none. Throws a `RotoscopeError` (`argument`, `shape`) that names the argument.
 */
export function filterPoints(
  coordinates: readonly ArrayLike<number>[],
  minDistance: number,
  options: { readonly batchDims?: readonly number[] } = {},
): number[] {
  if (!(minDistance >= 0 && minDistance < Number.POSITIVE_INFINITY))
    throw new RotoscopeError("argument", `minDistance: ${minDistance}, expected >= 0`);
  checkList("coordinates", coordinates, "a list of points");
  checkObject("options", options, "an object such as { batchDims }");
  const { batchDims = [] } = options;
  checkList("batchDims", batchDims, "axes");
  const dimensions = coordinates[0]?.length ?? 0;
  const axes = Array.from({ length: dimensions }, (_, axis) => axis).filter((axis) => !batchDims.includes(axis));
  const batches = new Map<string, number[]>();
  coordinates.forEach((point, number) => {
    checkList(`coordinates: point ${number}`, point, "numbers");
    if (point.length !== dimensions)
      throw new RotoscopeError(
        "shape",
        `coordinates: point ${number} has ${point.length} numbers, point 0 has ${dimensions}`,
      );
    for (let axis = 0; axis < dimensions; axis++)
      if (!Number.isFinite(point[axis]))
        throw new RotoscopeError("argument", `coordinates: point ${number} has ${point[axis]} along axis ${axis}`);
    const key = batchDims.map((axis) => point[axis]).join();
    const there = batches.get(key);
    if (there) there.push(number);
    else batches.set(key, [number]);
  });
  const kept = [...batches.values()].flatMap((numbers) => {
    const flat = Float64Array.from(numbers.flatMap((number) => axes.map((axis) => coordinates[number]![axis]!)));
    if (axes.length === 0) return minDistance === 0 ? numbers : numbers.slice(0, 1);
    return Array.from(filterByDistance(flat, axes.length, minDistance, numbers.length), (at) => numbers[at]!);
  });
  return kept.sort((a, b) => a - b);
}
