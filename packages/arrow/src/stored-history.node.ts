import { closeSync, openSync, readSync } from "node:fs";
import { crc32 } from "node:zlib";
import { type History, RotoscopeError } from "@rotoscope/core";

/** Where in a file the columns of a step are. */
export interface StoredStep {
  /** Of voxels, scores and rotations, in bytes. */
  readonly positions: readonly number[];
  readonly count: number;
  /** CRC-32 over them. */
  readonly crc: number;
}

/** A history that stays in its file: a step is read, and checked again, when it is asked for. Steps throw a `RotoscopeError` (`file`) when the file has changed. */
export function storedHistory(path: string, steps: readonly StoredStep[]): History {
  const find = (k: number): StoredStep => {
    const step = steps[k - 1];
    if (!step) throw new RotoscopeError("argument", `step: ${k}, expected an integer from 0 to ${steps.length}`);
    return step;
  };
  return {
    stepCount: steps.length,
    count: (k) => find(k).count,
    step: (k) => {
      const { positions, count, crc } = find(k);
      const columns = readColumns(path, positions, 4 * count);
      if (columns.reduce((sum, column) => crc32(column, sum), 0) !== crc)
        throw new RotoscopeError("file", `${path}: step ${k} has changed since the history was opened`);
      const [voxel, score, rotation] = columns.map(({ buffer }) => buffer as ArrayBuffer);
      return { voxel: new Int32Array(voxel!), score: new Float32Array(score!), rotation: new Int32Array(rotation!) };
    },
  };
}

function readColumns(path: string, positions: readonly number[], bytes: number): Uint8Array[] {
  try {
    const file = openSync(path, "r");
    try {
      return positions.map((position) => {
        const column = new Uint8Array(bytes);
        for (let done = 0; done < bytes; ) {
          const read = readSync(file, column, done, bytes - done, position + done);
          if (read === 0) throw new Error("it has become shorter");
          done += read;
        }
        return column;
      });
    } finally {
      closeSync(file);
    }
  } catch (cause) {
    throw new RotoscopeError("file", `${path}: can't be read (${(cause as Error).message})`, { cause });
  }
}
