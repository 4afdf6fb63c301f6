import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { RotoscopeError, sizeOf } from "@rotoscope/core";
import { type FileSource, withFile } from "./file-source.node.js";
import { type Hdf5Item, readHdf5Items } from "./hdf5-items.node.js";
import type { PeerResult, PickList } from "./peer-result.js";
import { unpickle } from "./pickle.js";
import { PickleInput, pickleBytes } from "./pickle-input.js";
import { fileSource, gunzipSource } from "./pickle-source.node.js";
import { NumpyArray, NumpyDtype, type PickleValue } from "./pickle-values.js";
import { fromCoordinates, isPeakRun, type PytmeItems, pytmePeaks, pytmeResult } from "./pytme.js";
import { readBytes } from "./read-bytes.node.js";

/** pyTME writes six items at most. */
const MOST_ITEMS = 16;
const HDF5_MAGIC = "\x89HDF\r\n\x1a\n";

/**
 * Reads a result that pyTME 0.3.0 to 0.3.6 wrote: `.pickle`, `.pickle.gz` or `.hdf5`, told apart by content. Nothing in the file is executed.
 *
 * Axes, offset and matrices are turned from pyTME's x, y, z to z, y, x; scores stay bit for bit. Maps that pyTME left in files of their own (`--use-memmap`) are looked
 * for beside the result and then where it says. Throws a `RotoscopeError` that names the file: `unsupported` for a pickle that asks for anything but arrays
 * and options, such as os.system, and for the peaks of a run that kept no maps; `file` for damage and for missing maps.
 *
 * @example
 * const { scores, rotationMapping, options } = await readPytme("output.pickle");
 */
export async function readPytme(path: string): Promise<PeerResult> {
  const run = await readPytmeRun(path);
  if (!("picks" in run)) return run;
  throw new RotoscopeError(
    "unsupported",
    `${basename(path)}: holds the peaks of a run, no score map; read it as picks`,
  );
}

/** The peaks that pyTME up to 0.3.3 wrote with `--peak-calling`, in its order. Throws as `readPytme` does. */
export async function readPytmePeaks(path: string): Promise<PickList> {
  const run = await readPytmeRun(path);
  if ("picks" in run) return run;
  throw new RotoscopeError("unsupported", `${basename(path)}: holds a score map, no peaks`);
}

/** What a file of pyTME's holds: a result, or the peaks of a run. Throws as `readPytme` does. */
export async function readPytmeRun(path: string): Promise<PeerResult | PickList> {
  return withFile(path, async (file) => {
    const items = await readItems(path, file);
    return isPeakRun(items) ? pytmePeaks(items, file.name) : pytmeResult(items, file.name);
  });
}

/** Whether a file's first bytes are those of an HDF5 file. */
export function isHdf5(start: Uint8Array): boolean {
  return String.fromCharCode(...start.subarray(0, 8)) === HDF5_MAGIC;
}

async function readItems(path: string, file: FileSource): Promise<PytmeItems> {
  const start = await file.read(0, Math.min(8, file.size));
  const found = isHdf5(start)
    ? await fromHdf5(path, file.name)
    : start[0] === 0x1f && start[1] === 0x8b
      ? await fromGzip(path, file)
      : await fromPickles(new PickleInput(fileSource(file)));
  const items: PickleValue[] = [];
  for (const item of found) items.push(await withMap(item, path));
  return items;
}

async function fromPickles(input: PickleInput): Promise<PytmeItems> {
  const items: PickleValue[] = [];
  while (items.length < MOST_ITEMS && (await input.load(1))) items.push(await unpickle(input));
  if (items.length < 5)
    throw new RotoscopeError(
      "file",
      `${input.name}: not a result of pyTME, ${items.length} pickles in the file, expected 5 or 6 (cut off?)`,
    );
  return items;
}

async function fromGzip(path: string, file: FileSource): Promise<PytmeItems> {
  const source = gunzipSource(path, file.name, file.size);
  try {
    return await fromPickles(new PickleInput(source));
  } finally {
    source.close();
  }
}

async function fromHdf5(path: string, name: string): Promise<PytmeItems> {
  const items: PickleValue[] = [];
  for (const item of await readHdf5Items(await readBytes(path), name)) items.push(await hdf5Value(item, name));
  return items;
}

async function hdf5Value(item: Hdf5Item, name: string): Promise<PickleValue> {
  if (item.type === "pickle") return unpickle(pickleBytes(item.bytes, name));
  if (item.type === "memmap")
    return ["np.memmap", [...item.shape], new NumpyDtype(numpyCode(item.dtype, name)), item.filename];
  if (item.type === "array") {
    const array = new NumpyArray();
    array.dtype = new NumpyDtype(item.code);
    array.shape = item.shape;
    array.bytes = item.bytes;
    return array;
  }
  const { shape, dtype, indices, values } = item;
  if (!shape.every((length) => Number.isSafeInteger(length) && length >= 0) || sizeOf(shape) > 2 ** 31)
    throw new RotoscopeError("file", `${name}: a sparse item of shape (${shape.join(", ")})`);
  const [axes, count] = [indices.shape[0] ?? 0, indices.shape[1] ?? 0];
  const width = Number(indices.code.slice(1));
  const view = new DataView(indices.bytes.buffer, indices.bytes.byteOffset, indices.bytes.length);
  const index = (at: number): number =>
    width === 1 ? view.getUint8(at) : width === 2 ? view.getUint16(2 * at, true) : view.getUint32(width * at, true);
  const lists = Array.from({ length: axes }, (_, axis) =>
    Array.from({ length: count }, (_, k) => index(axis * count + k)),
  );
  const inside = lists.every((list, axis) => list.every((at) => at < (shape[axis] ?? 0)));
  if (!inside || (count > 0 && axes !== shape.length))
    throw new RotoscopeError("file", `${name}: a sparse item has indices outside of its shape (${shape.join(", ")})`);
  return fromCoordinates(shape, numpyCode(dtype, name), lists, values.bytes);
}

/** Reads the map of an item that pyTME kept in a file of its own. */
async function withMap(item: PickleValue, path: string): Promise<PickleValue> {
  if (!Array.isArray(item) || item[0] !== "np.memmap") return item;
  const [, shape, dtype, filename] = item;
  const name = basename(path);
  if (!Array.isArray(shape) || !(dtype instanceof NumpyDtype) || typeof filename !== "string")
    throw new RotoscopeError("file", `${name}: a reference to a map makes no sense`);
  const beside = join(dirname(path), filename.replace(/.*[\\/]/, ""));
  const place = existsSync(beside) ? beside : filename;
  if (!existsSync(place))
    throw new RotoscopeError(
      "file",
      `${name}: its map lies in ${filename} (the run used --use-memmap), which is neither there nor beside the result`,
    );
  const array = new NumpyArray();
  array.dtype = dtype;
  array.shape = shape.map(Number);
  array.bytes = await withFile(place, (file) => {
    const length = sizeOf(array.shape) * Number(dtype.code.slice(1));
    if (file.size === length) return file.read(0, length);
    throw new RotoscopeError(
      "file",
      `${name}: its map ${filename} has ${file.size} bytes, shape (${array.shape.join(", ")}) of ${dtype.code} needs ${length}`,
    );
  });
  return array;
}

/** NumPy's short code of a type's name, such as f4 for float32. */
function numpyCode(dtype: string, name: string): string {
  const [, kind, bits] = /^(float|int|uint)(8|16|32|64)$/.exec(dtype) ?? [];
  if (!kind || !bits) throw new RotoscopeError("unsupported", `${name}: dtype "${dtype.slice(0, 40)}"`);
  return `${kind[0]}${Number(bits) / 8}`;
}
