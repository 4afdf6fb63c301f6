import { Worker } from "node:worker_threads";
import { RotoscopeError } from "@rotoscope/core";

/** A data set: its bytes in C order, its NumPy code without byte order; little-endian. */
export interface Hdf5Data {
  readonly shape: readonly number[];
  readonly code: string;
  readonly bytes: Uint8Array;
}

/** An item of a pyTME HDF5 file, by how pyTME stored it. */
export type Hdf5Item =
  | ({ readonly type: "array" } & Hdf5Data)
  | { readonly type: "pickle"; readonly bytes: Uint8Array }
  | { readonly type: "memmap"; readonly shape: readonly number[]; readonly dtype: string; readonly filename: string }
  | {
      readonly type: "sparse_coordinate";
      readonly shape: readonly number[];
      readonly dtype: string;
      readonly indices: Hdf5Data;
      readonly values: Hdf5Data;
    };

/** A start, and a second for each 10 MB. */
const PATIENCE_MS = 30_000;
const MS_PER_BYTE = 1e-4;
/** What HDF5 has of its own; its memory as WebAssembly comes on top and ends at 4 GB. */
const HEAP_MB = 512;

/**
 * What the HDF5 file of these bytes holds. Throws a `RotoscopeError` (`file`) that names `name`, also when HDF5 gives up or doesn't end.
 */
export function readHdf5Items(bytes: Uint8Array, name: string): Promise<readonly Hdf5Item[]> {
  const worker = new Worker(new URL("hdf5-worker.node.js", import.meta.url), {
    workerData: bytes,
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
  });
  return new Promise<readonly Hdf5Item[]>((resolve, reject) => {
    const refuse = (why: string): void =>
      reject(new RotoscopeError("file", `${name}: can't be read as an HDF5 file of pyTME (${why})`));
    const patience = PATIENCE_MS + bytes.length * MS_PER_BYTE;
    const timer = setTimeout(() => refuse(`no end after ${Math.round(patience / 1000)} s`), patience);
    worker.once("message", ({ items, error }: { items?: Hdf5Item[]; error?: string }) =>
      items ? resolve(items) : refuse(error ?? "no reason given"),
    );
    worker.once("error", (error: Error) => refuse(error.message.split("\n", 1)[0]!));
    worker.once("exit", () => {
      clearTimeout(timer);
      refuse("HDF5 gave up");
    });
  }).finally(() => worker.terminate());
}
