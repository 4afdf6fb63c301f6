import { type RefinedRows, refinedRows } from "./refined-rows.js";
import type { SlicedFile } from "./sliced-file.js";

/** Makes the slice along y exact, row by row, where the slider rests. */
export interface RowRefiner {
  /** Puts the rows that were read over the coarse slice at `y`. */
  overlay(y: number, slice: Float32Array): void;
  /** Tells where the sliders are: reading stops when they move, and goes on there when they rest. Undefined = where they were. */
  showing(z: number | undefined, y: number | undefined): void;
  close(): void;
}

/** How long the slider rests before what it shows is read. */
const REST_MS = 350;

/** Nothing is read yet. `onRows` is told of rows that came, `onTrouble` why none come any more. */
export function rowRefiner(file: SlicedFile, onRows: () => void, onTrouble: (message: string) => void): RowRefiner {
  let rows: RefinedRows | null = null;
  let shown: readonly [number, number] = [file.shape[0] >> 1, 0];
  let reading = new AbortController();
  let restTimer: ReturnType<typeof setTimeout> | undefined;

  async function read(from: number): Promise<void> {
    reading = new AbortController();
    const { signal } = reading;
    try {
      await rows!.read(from, onRows, signal);
    } catch (error) {
      if (!signal.aborted) onTrouble((error as Error).message);
    }
  }

  function stop(): void {
    reading.abort();
    clearTimeout(restTimer);
  }

  return {
    overlay(y, slice) {
      if (rows?.y === y) rows.overlay(slice);
    },
    showing(z = shown[0], y = shown[1]) {
      if (rows && z === shown[0] && y === shown[1]) return;
      shown = [z, y];
      stop();
      if (rows?.y !== y) rows = refinedRows(file, y);
      restTimer = setTimeout(() => void read(z), REST_MS);
    },
    close: stop,
  };
}
