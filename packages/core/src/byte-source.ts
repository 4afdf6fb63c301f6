import { RotoscopeError } from "./errors.js";

/** Bytes with random access: a file, a server that answers Range requests, or memory. */
export interface ByteSource {
  /** Stands in the messages of errors. */
  readonly name: string;
  /** Length in bytes. */
  readonly size: number;
  /** Exactly `length` bytes from `offset` on, which the caller may keep and change; rejects when they can't be had. */
  read(offset: number, length: number): Promise<Uint8Array>;
  /** A quicker CRC-32 than ours, as zlib's, where the platform has one. */
  readonly crc32?: (bytes: Uint8Array, start?: number) => number;
}

/** Bytes in memory as a source; `read` gives copies of them. */
export function bytesSource(bytes: Uint8Array, name: string): ByteSource {
  return {
    name,
    size: bytes.length,
    read: async (offset, length) => new Uint8Array(bytes.subarray(offset, offset + length)),
  };
}

/**
 * Reads from a source, with the range checked against its size before and the length of the answer after; `what` is read, for the message.
 * Throws a `RotoscopeError` (`file`) that says what is missing.
 */
export async function readChecked(
  source: ByteSource,
  offset: number,
  length: number,
  what: string,
): Promise<Uint8Array> {
  if (offset < 0 || length < 0 || offset + length > source.size)
    throw new RotoscopeError(
      "file",
      `${source.name}: ${what} lies at bytes ${offset} to ${offset + length}, the file has ${source.size} (cut off or damaged)`,
    );
  const bytes = await source.read(offset, length);
  if (bytes.length === length) return bytes;
  throw new RotoscopeError("file", `${source.name}: got ${bytes.length} of ${length} bytes of ${what}`);
}
