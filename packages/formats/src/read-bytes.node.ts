import { createHash } from "node:crypto";
import { withFile } from "./file-source.node.js";

/** How much is read while the piece before it is hashed. */
const PIECE = 2 ** 24;

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
    const piece = (start: number): Uint8Array => bytes.subarray(start, start + PIECE);
    const hash = createHash("sha256");
    let pending = source.readInto(piece(0), 0);
    for (let start = 0; start < bytes.length; start += PIECE) {
      await pending;
      pending = source.readInto(piece(start + PIECE), start + PIECE);
      pending.catch(() => {});
      hash.update(piece(start));
      onProgress?.(Math.min(start + PIECE, bytes.length), bytes.length);
    }
    await pending;
    return { bytes, sha256: hash.digest("hex") };
  });
}
