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
const PATIENCE_MS = 12_000;
const MS_PER_BYTE = 1e-4;
/** What HDF5 has of its own; its memory as WebAssembly comes on top and ends at 4 GB. */
const HEAP_MB = 512;

/** A thread that has answered and waits for the next file; it doesn't keep the process from ending. */
let idle: Worker | null = null;

/**
 * What the HDF5 file of these bytes holds. Throws a `RotoscopeError` (`file`) that names `name`, also when HDF5 gives up or doesn't end.
 */
export async function readHdf5Items(bytes: Uint8Array, name: string): Promise<readonly Hdf5Item[]> {
  const worker = idle ?? startWorker();
  idle = null;
  worker.ref();
  const { items, error, alive } = await answerOf(worker, bytes);
  if (alive && idle === null) {
    worker.unref();
    idle = worker;
  } else await worker.terminate();
  if (items) return items;
  throw new RotoscopeError("file", `${name}: can't be read as an HDF5 file of pyTME (${error})`);
}

function startWorker(): Worker {
  return new Worker(new URL("hdf5-worker.node.js", import.meta.url), {
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
  });
}

/** What the thread sends. */
interface FromWorker {
  readonly items?: readonly Hdf5Item[];
  readonly error?: string;
  /** HDF5 itself has failed and can't go on. */
  readonly fatal: boolean;
}

interface Answer {
  readonly items?: readonly Hdf5Item[];
  readonly error?: string;
  /** Whether the thread can read another file. */
  readonly alive: boolean;
}

function answerOf(worker: Worker, bytes: Uint8Array): Promise<Answer> {
  return new Promise((resolve) => {
    const patience = PATIENCE_MS + bytes.length * MS_PER_BYTE;
    const end = (answer: Answer): void => {
      clearTimeout(timer);
      worker.off("message", answered).off("error", failed).off("exit", ended);
      resolve(answer);
    };
    const giveUp = (error: string): void => end({ error, alive: false });
    const answered = ({ items, error = "", fatal }: FromWorker): void =>
      end({ ...(items ? { items } : { error }), alive: !fatal });
    const failed = (error: Error): void => giveUp(error.message.split("\n", 1)[0]!);
    const ended = (): void => giveUp("HDF5 gave up");
    const timer = setTimeout(() => giveUp(`no end after ${Math.round(patience / 1000)} s`), patience);
    worker.on("message", answered).on("error", failed).on("exit", ended);
    worker.postMessage(bytes);
  });
}
