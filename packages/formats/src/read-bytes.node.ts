import { createHash } from "node:crypto";
import { withFile } from "./file-source.node.js";

/** How much is read at a time, two pieces while the one before them is hashed: the pages of new memory cost more than the reading. */
const PIECE = 2 ** 24;
const AHEAD = 2;

/** The whole of a file, of any size that memory holds. Throws a `RotoscopeError` (`file`) that names the file. */
export function readBytes(path: string): Promise<Uint8Array> {
  return withFile(path, (source) => source.read(0, source.size));
}

/** Called with the bytes that are done and with all of them. */
export type OnBytes = (done: number, total: number) => void;

/** The whole of a file and its SHA-256 in hexadecimal. Throws a `RotoscopeError` (`file`) that names the file. */
export function readHashed(
  path: string,
  onProgress?: OnBytes,
): Promise<{ readonly bytes: Uint8Array; readonly sha256: string }> {
  return withFile(path, async (source) => {
    const bytes = new Uint8Array(source.size);
    const hash = createHash("sha256");
    const pending: Promise<void>[] = [];
    const readAhead = (end: number): void => {
      for (let start = pending.length * PIECE; start < Math.min(end, bytes.length); start += PIECE) {
        const read = source.readInto(bytes.subarray(start, start + PIECE), start);
        read.catch(() => {});
        pending.push(read);
      }
    };
    for (let start = 0; start < bytes.length; start += PIECE) {
      readAhead(start + (1 + AHEAD) * PIECE);
      await pending[start / PIECE];
      hash.update(bytes.subarray(start, start + PIECE));
      onProgress?.(Math.min(start + PIECE, bytes.length), bytes.length);
    }
    return { bytes, sha256: hash.digest("hex") };
  });
}
