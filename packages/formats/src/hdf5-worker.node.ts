import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { parentPort } from "node:worker_threads";
import type { Attribute, Dataset, Group } from "h5wasm";
import type { Hdf5Item } from "./hdf5-items.node.js";

/** Deflate packs at most this many bytes into one; a file can't hold more values than that. */
const LARGEST_RATIO = 1032;
const FILE = "/result.h5";

type Library = typeof import("h5wasm");

/**
 * Reads what pyTME's HDF5 files hold and sends it. The library, HDF5 itself as WebAssembly, runs in a thread of its own: a file that makes it fail, or
 * never end, takes nothing else with it.
 */
async function loadLibrary(): Promise<Library> {
  const h5wasm = await import("h5wasm");
  const { FS, get_plugin_search_paths } = await h5wasm.ready;
  const folder = get_plugin_search_paths()[0]!;
  FS.mkdirTree(folder);
  const plugins = createRequire(import.meta.url).resolve("h5wasm-plugins");
  FS.writeFile(`${folder}/libH5Zlzf.so`, readFileSync(join(dirname(plugins), "plugins", "libH5Zlzf.so")));
  return h5wasm;
}

async function readItems(h5wasm: Library, bytes: Uint8Array): Promise<Hdf5Item[]> {
  const { FS } = await h5wasm.ready;
  FS.writeFile(FILE, bytes);
  const file = new h5wasm.File(FILE, "r");
  try {
    const count = Number(file.attrs.num_items?.value);
    if (!(count >= 1 && count <= 100)) throw new Error(`num_items is ${String(file.attrs.num_items?.value)}`);
    return Array.from({ length: count }, (_, index) =>
      readItem(file.get(`item_${index}`), `item_${index}`, bytes.length),
    );
  } finally {
    file.close();
    FS.unlink(FILE);
  }
}

function readItem(entry: unknown, name: string, fileSize: number): Hdf5Item {
  const item = entry as Dataset | Group | null;
  if (item === null) throw new Error(`${name} is missing`);
  if (item.type === "Dataset") return { type: "array", ...readData(item as Dataset, name, fileSize) };
  if (item.type !== "Group") throw new Error(`${name} is a ${item.type}`);
  const group = item as Group;
  const part = (part: string) => readData(group.get(part) as Dataset | null, `${name}/${part}`, fileSize);
  const type = String(value(group.attrs.type));
  const shape = (): number[] => Array.from((value(group.attrs.shape) ?? []) as ArrayLike<number>, Number);
  const dtype = String(value(group.attrs.dtype));
  if (type === "pickle") return { type, bytes: part("data").bytes };
  if (type === "memmap") return { type, shape: shape(), dtype, filename: String(value(group.attrs.filename)) };
  if (type === "sparse_coordinate")
    return { type, shape: shape(), dtype, indices: part("indices"), values: part("values") };
  throw new Error(`${name} has type "${type}", expected pickle, sparse_coordinate or memmap`);
}

function readData(
  data: Dataset | null,
  name: string,
  fileSize: number,
): { shape: number[]; code: string; bytes: Uint8Array } {
  if (data?.type !== "Dataset") throw new Error(`${name} isn't a data set`);
  const { size, signed, type, littleEndian, shape } = data.metadata;
  const lengths = (shape ?? []).map(Number);
  const length = lengths.reduce((product, axis) => product * axis, size);
  if (length > fileSize * LARGEST_RATIO)
    throw new Error(
      `${name} of shape (${lengths.join(", ")}) needs ${length} bytes, a file of ${fileSize} can't hold them`,
    );
  if (type > 1 && type !== 5) throw new Error(`${name} has the HDF5 type ${type}, expected numbers`);
  if (type !== 5 && !littleEndian && size > 1) throw new Error(`${name} is big-endian`);
  const code = type === 5 ? "u1" : `${type === 1 ? "f" : signed ? "i" : "u"}${size}`;
  if (length === 0) return { shape: lengths, code, bytes: new Uint8Array(0) };
  const values = data.value as ArrayBufferView;
  return {
    shape: lengths,
    code,
    bytes: new Uint8Array(values.buffer as ArrayBuffer, values.byteOffset, values.byteLength).slice(),
  };
}

function value(attribute: Attribute | undefined): unknown {
  return attribute?.value;
}

const library = loadLibrary();
parentPort!.on("message", (bytes: Uint8Array) => {
  library
    .then((h5wasm) => readItems(h5wasm, bytes))
    .then(
      (items) => parentPort!.postMessage({ items, fatal: false }, items.flatMap(buffersOf)),
      (error: Error) => parentPort!.postMessage({ error: error.message, fatal: error.name === "RuntimeError" }),
    );
});

function buffersOf(item: Hdf5Item): ArrayBuffer[] {
  return item.type === "array" || item.type === "pickle" ? [item.bytes.buffer as ArrayBuffer] : [];
}
