import type { SlicedFile } from "./sliced-file.js";

/** Exact rows of one y slice, read one by one. */
export interface RefinedRows {
  readonly y: number;
  /** Puts the rows that were read over a coarse slice, z by x. */
  overlay(slice: Float32Array): void;
  /** Reads what misses, from `z` outwards, a few rows at a time; stops when `signal` aborts. */
  read(z: number, onRows: () => void, signal: AbortSignal): Promise<void>;
}

const AT_A_TIME = 4;
const REPORT_MS = 400;

/** No rows yet of slice `y`. */
export function refinedRows({ shape, readRow }: SlicedFile, y: number): RefinedRows {
  const [nz, , nx] = shape;
  const rows: (Float32Array | undefined)[] = new Array(nz).fill(undefined);

  return {
    y,
    overlay(slice) {
      rows.forEach((row, z) => {
        if (row) slice.set(row, z * nx);
      });
    },
    async read(from, onRows, signal) {
      const missing = outwards(from, nz).filter((z) => !rows[z]);
      let reported = Date.now();
      async function readNext(): Promise<void> {
        for (let z = missing.shift(); z !== undefined && !signal.aborted; z = missing.shift()) {
          rows[z] = await readRow!(z, y);
          if (signal.aborted || (Date.now() - reported < REPORT_MS && missing.length > 0)) continue;
          reported = Date.now();
          onRows();
        }
      }
      await Promise.all(Array.from({ length: AT_A_TIME }, readNext));
    },
  };
}

function outwards(from: number, count: number): number[] {
  return Array.from({ length: count }, (_, z) => z).sort((a, b) => Math.abs(a - from) - Math.abs(b - from));
}
