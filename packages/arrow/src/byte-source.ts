import { RotoscopeError } from "@rotoscope/core";

/** Bytes with random access: a file, a Range server, or memory. */
export interface ByteSource {
  /** Stands in the messages of errors. */
  readonly name: string;
  readonly size: number;
  /** Exactly `length` bytes from `offset` on; rejects when they can't be had. */
  read(offset: number, length: number): Promise<Uint8Array>;
  /** A quicker CRC-32 than ours, as zlib's, where the platform has one. */
  readonly crc32?: (bytes: Uint8Array, start?: number) => number;
}

/** Bytes in memory as a source; `read` gives views of them. */
export function bytesSource(bytes: Uint8Array, name: string): ByteSource {
  return { name, size: bytes.length, read: async (offset, length) => bytes.subarray(offset, offset + length) };
}

/** Reads from a source, with the range checked against its size before and the length of the answer after. */
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
