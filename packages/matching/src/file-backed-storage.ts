import { closeSync, ftruncateSync, openSync, readSync, unlinkSync, writeSync } from "node:fs";
import { join } from "node:path";
import { type MapStorage, RotoscopeError, type StoredBytes } from "@rotoscope/core";

/** A storage whose maps are files; `close` removes them. */
export interface FileBackedStorage extends MapStorage {
  /** Closes and removes the files; maps in them can't be read afterwards. */
  close(): void;
}

/**
 * Keeps the maps of an analyzer in files in `folder`, which exists: for states larger than memory (option `fileBacked`).
 *
 * Throws a `RotoscopeError` (`file`) that names the file when it can't be made, read or written.
 *
 * @example
 * const storage = fileBackedStorage(tmpdir());
 * const analyzer = new MaxScoreOverRotations({ shape: [1000, 1000, 1000], fileBacked: storage });
 */
export function fileBackedStorage(folder: string): FileBackedStorage {
  const files = new Map<string, number>();
  return {
    create(byteLength: number): StoredBytes {
      const path = join(folder, `rotoscope-${process.pid}-${Math.random().toString(36).slice(2, 10)}.map`);
      const file = attempt(path, "can't be made", () => openSync(path, "wx+"));
      files.set(path, file);
      attempt(path, `can't be made ${byteLength} bytes long`, () => ftruncateSync(file, byteLength));
      return {
        read: (into, position) => transfer(path, "read", into, position, (...piece) => readSync(file, ...piece)),
        write: (from, position) => transfer(path, "written", from, position, (...piece) => writeSync(file, ...piece)),
      };
    },
    close(): void {
      for (const [path, file] of files) {
        files.delete(path);
        closeSync(file);
        attempt(path, "can't be removed", () => unlinkSync(path));
      }
    },
  };
}

type Piece = [bytes: Uint8Array, offset: number, length: number, position: number];

function transfer(
  path: string,
  verb: string,
  bytes: Uint8Array,
  position: number,
  move: (...piece: Piece) => number,
): void {
  let done = 0;
  while (done < bytes.length) {
    const moved = attempt(path, `can't be ${verb} at ${position + done}`, () =>
      move(bytes, done, bytes.length - done, position + done),
    );
    if (moved === 0)
      throw new RotoscopeError("file", `${path}: ends at ${position + done}, before ${position + bytes.length}`);
    done += moved;
  }
}

function attempt<Value>(path: string, what: string, work: () => Value): Value {
  try {
    return work();
  } catch (cause) {
    throw new RotoscopeError("file", `${path}: ${what} (${(cause as Error).message})`, { cause });
  }
}
