import { createReadStream } from "node:fs";
import { createGunzip } from "node:zlib";
import { RotoscopeError } from "@rotoscope/core";
import type { FileSource } from "./file-source.node.js";
import type { PickleSource } from "./pickle-input.js";
import { StoredBytes } from "./stored-bytes.js";

/** How much of a file is looked at in one go. */
const PIECE = 2 ** 16;
/** Deflate packs at most this many bytes into one. */
const LARGEST_RATIO = 1032;

/** The bytes of an open file. */
export function fileSource(file: FileSource): PickleSource {
  let at = 0;
  const fill = async (bytes: Uint8Array): Promise<number> => {
    const length = Math.min(bytes.length, file.size - at);
    await file.readInto(bytes.subarray(0, length), at);
    at += length;
    return length;
  };
  return {
    name: file.name,
    next: async () => {
      const piece = new Uint8Array(Math.min(PIECE, file.size - at));
      return (await fill(piece)) === 0 ? null : piece;
    },
    fill,
    mostLeft: () => file.size - at,
    leave: (held, length) => {
      const start = at - held;
      at = start + length;
      return new StoredBytes(length, (parts, from) => file.readParts(parts, start + from));
    },
  };
}

/** The unpacked bytes of a gzipped file of `size` bytes, unpacked no further than they are asked for; `close` ends it. */
export function gunzipSource(path: string, name: string, size: number): PickleSource & { close(): void } {
  const file = createReadStream(path, { highWaterMark: PIECE });
  const gunzip = createGunzip();
  file.on("error", (error) => gunzip.destroy(error));
  file.pipe(gunzip);
  const pieces = gunzip[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  let held: Uint8Array = new Uint8Array(0);
  let given = 0;
  const next = async (): Promise<Uint8Array | null> => {
    const piece = held.length > 0 ? held : await pull();
    held = new Uint8Array(0);
    given += piece?.length ?? 0;
    return piece;
  };
  const pull = async (): Promise<Uint8Array | null> => {
    try {
      const { value, done } = await pieces.next();
      return done ? null : value;
    } catch (cause) {
      throw new RotoscopeError("file", `${name}: can't be unpacked (${(cause as Error).message})`, { cause });
    }
  };
  return {
    name,
    next,
    fill: async (bytes) => {
      let done = 0;
      while (done < bytes.length) {
        const piece = await next();
        if (piece === null) break;
        const used = piece.subarray(0, bytes.length - done);
        bytes.set(used, done);
        done += used.length;
        held = piece.subarray(used.length);
        given -= held.length;
      }
      return done;
    },
    mostLeft: () => size * LARGEST_RATIO - given,
    close: () => {
      file.destroy();
      gunzip.destroy();
    },
  };
}
