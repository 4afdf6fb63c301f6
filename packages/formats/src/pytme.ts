import { analyzerResult, ndarray, RotoscopeError, sizeOf } from "@rotoscope/core";
import { numpyMap, numpyNumbers, plainJson } from "./numpy-values.js";
import type { PeerResult, PickList } from "./peer-result.js";
import { NumpyArray, type PickleValue, PythonObject } from "./pickle-values.js";
import { reversedMap, wholeArray } from "./reversed-map.js";

/** What a pyTME file holds, one after the other. */
export type PytmeItems = readonly PickleValue[];

/** Whether the items are those of a run that called peaks instead of keeping maps. */
export function isPeakRun([positions, matrices]: PytmeItems): boolean {
  return (
    positions instanceof NumpyArray &&
    matrices instanceof NumpyArray &&
    matrices.shape.length === 3 &&
    positions.shape.length === 2
  );
}

/**
 * The result that pyTME's items mean: scores, offset, rotations, matrices, from 0.3.3 on the mean of squares, and what the run was started with.
 *
 * pyTME has axes x, y, z; ours are z, y, x. Scores stay bit for bit. Throws a `RotoscopeError` (`file`, `unsupported`) that names `name` and the item.
 */
export async function pytmeResult(items: PytmeItems, name: string): Promise<PeerResult> {
  const [scores, offset, rotations, mapping, ...rest] = items;
  const array = (value: PickleValue | undefined, what: string): NumpyArray =>
    value instanceof NumpyArray ? value : fail(name, `${what} isn't an array`);
  const map = array(scores, "item 0 (scores)");
  const indices = array(rotations, "item 2 (rotations)");
  const dimensions = map.shape.length;
  if (dimensions < 1 || dimensions > 3 || sizeOf(map.shape) === 0)
    fail(name, `item 0 (scores) has shape (${map.shape.join(", ")}), expected 1 to 3 axes`);
  if (map.shape.join() !== indices.shape.join())
    fail(name, `scores have shape (${map.shape.join(", ")}), rotations (${indices.shape.join(", ")})`);
  const start = numpyNumbers(array(offset, "item 1 (offset)"), `${name}: item 1 (offset)`);
  if (start.length !== dimensions || !start.every(Number.isSafeInteger))
    fail(name, `item 1 (offset) is (${start.join(", ")}), expected ${dimensions} integers`);
  const rotationMapping = matricesOf(mapping, dimensions, name);
  const squares = rest.find((item) => item instanceof NumpyArray);
  return analyzerResult({
    scores: await reversedMap(map, "f4", `${name}: item 0 (scores)`),
    offset: start.reverse(),
    rotations: await reversedMap(
      indices,
      "i4",
      `${name}: item 2 (rotations)`,
      indexChecker(rotationMapping.keys(), name),
    ),
    rotationMapping,
    meanSquare:
      squares instanceof NumpyArray ? (numpyNumbers(squares, `${name}: item 4`)[0] ?? Number.NaN) : Number.NaN,
    ...about(rest.at(-1), dimensions, name),
  });
}

/** The peaks of a run that called peaks (up to 0.3.3): positions, matrices, scores; rows without a peak are left out. */
export async function pytmePeaks(items: PytmeItems, name: string): Promise<PickList & { readonly shape: null }> {
  const array = (index: number): Promise<NumpyArray> => {
    const item = items[index];
    return wholeArray(item instanceof NumpyArray ? item : fail(name, `item ${index} isn't an array`));
  };
  const [positions, matrices, scores] = [await array(0), await array(1), await array(2)];
  const [count, dimensions] = positions.shape as [number, number];
  const places = numpyNumbers(positions, `${name}: item 0 (positions)`);
  const turns = numpyNumbers(matrices, `${name}: item 1 (rotations)`);
  const values = numpyNumbers(scores, `${name}: item 2 (scores)`);
  if (dimensions !== 3 || values.length !== count || turns.length !== 9 * count)
    fail(name, `${count} positions of ${dimensions} axes, ${turns.length / 9} rotations, ${values.length} scores`);
  const kept = values.map((_, i) => i).filter((i) => places[3 * i]! >= 0);
  const { voxelSizeAngstrom, inputs } = about(items.at(-1), 3, name);
  return {
    picks: kept.map((i, rotation) => ({
      position: places.slice(3 * i, 3 * i + 3).reverse(),
      score: values[i]!,
      rotation,
    })),
    rotationMapping: new Map(kept.map((i, k) => [k, Float32Array.from(turns.slice(9 * i, 9 * i + 9)).reverse()])),
    voxelSizeAngstrom,
    shape: null,
    tomogramNames: kept.map(() => inputs.target ?? ""),
    classes: kept.map(() => 0),
  };
}

type About = Pick<
  PeerResult,
  "voxelSizeAngstrom" | "originAngstrom" | "software" | "version" | "options" | "inputs" | "warnings"
>;

/** The last item: origins, sampling rate, and the namespace of options. */
function about(item: PickleValue | undefined, dimensions: number, name: string): About {
  const parts = Array.isArray(item) ? item : [];
  const numbers = (value: PickleValue | undefined): number[] | null => {
    const list = value instanceof NumpyArray ? numpyNumbers(value, `${name}: last item`) : null;
    return list?.length === dimensions ? list.reverse() : null;
  };
  const namespace = parts.find((part) => part instanceof PythonObject) ?? null;
  const options = namespace === null ? {} : (plainJson(namespace) as Record<string, unknown>);
  const inputs = ["target", "template", "template_mask", "target_mask"].flatMap((role) => {
    const path = options[role];
    return typeof path === "string" ? [[role.replace(/^template_mask$/, "mask"), path.replace(/.*[\\/]/, "")]] : [];
  });
  return {
    voxelSizeAngstrom: (numbers(parts[2]) ?? new Array<number>(dimensions).fill(0)).map((size) =>
      size > 0 ? Number(size.toPrecision(7)) : 0,
    ),
    originAngstrom: numbers(parts[0]) ?? new Array<number>(dimensions).fill(0),
    software: "pyTME",
    version: typeof options.version === "string" ? options.version : "",
    options,
    inputs: Object.fromEntries(inputs),
    warnings: [],
  };
}

function matricesOf(mapping: PickleValue | undefined, dimensions: number, name: string): Map<number, Float32Array> {
  if (!(mapping instanceof Map)) return fail(name, "item 3 (matrices) isn't a dictionary");
  const matrices = new Map<number, Float32Array>();
  for (const [key, value] of mapping) {
    const index = key instanceof NumpyArray ? numpyNumbers(key, `${name}: item 3`)[0] : key;
    if (typeof index !== "number" || !Number.isSafeInteger(index) || index < 0 || index > 0x7fffffff)
      return fail(name, `item 3 (matrices) has the key ${String(index).slice(0, 40)}`);
    if (!(value instanceof NumpyArray)) return fail(name, `item 3 (matrices): ${index} isn't an array`);
    const data = numpyMap(value, "f4", `${name}: matrix ${index}`);
    if (data.length !== dimensions ** 2)
      return fail(name, `matrix ${index} has ${data.length} numbers, expected ${dimensions ** 2}`);
    const rows = value.fortranOrder ? transposed(data, dimensions) : data;
    matrices.set(index, rows.slice().reverse());
  }
  return matrices;
}

function transposed(matrix: Float32Array, n: number): Float32Array {
  return matrix.map((_, at) => matrix[(at % n) * n + Math.floor(at / n)]!);
}

/** Makes negative indices -1, for none; all others need a matrix. */
function indexChecker(keys: Iterable<number>, name: string): (indices: Int32Array) => void {
  const found = [...keys];
  const most = found.reduce((a, b) => Math.max(a, b), -1);
  // Shifted by one, so that -1 has its place too and one look is enough for almost all.
  const known = new Uint8Array(Math.min(most + 2, 2 ** 28));
  known[0] = 1;
  for (const index of found) known[index + 1] = 1;
  return (indices) => {
    for (let voxel = 0; voxel < indices.length; voxel++) {
      const index = indices[voxel]!;
      if (known[index + 1] === 1) continue;
      if (index >= 0) fail(name, `item 2 (rotations) has ${index}, which has no matrix`);
      indices[voxel] = -1;
    }
  };
}

function fail(name: string, what: string): never {
  throw new RotoscopeError("file", `${name}: not a result of pyTME, ${what}`);
}

/** A map of zeros but for a few values, as pyTME's HDF5 files keep one that is mostly empty. */
export function fromCoordinates(
  shape: readonly number[],
  code: string,
  indices: readonly (readonly number[])[],
  values: Uint8Array,
): NumpyArray {
  const width = Number(code.slice(1));
  const dense = ndarray(new Uint8Array(sizeOf(shape) * width), [sizeOf(shape) * width]);
  const count = values.length / width;
  for (let k = 0; k < count; k++) {
    let at = 0;
    shape.forEach((length, axis) => {
      at = at * length + (indices[axis]?.[k] ?? 0);
    });
    dense.data.set(values.subarray(k * width, (k + 1) * width), at * width);
  }
  const array = new NumpyArray();
  array.dtype.code = code;
  array.shape = shape;
  array.bytes = dense.data;
  return array;
}
