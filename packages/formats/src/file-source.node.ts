import { type FileHandle, open } from "node:fs/promises";
import { basename } from "node:path";
import { type ByteSource, RotoscopeError } from "@rotoscope/core";
import { checkPath } from "./check-argument.js";

/** Node reads at most 2 GB at a time. */
const LARGEST_READ = 2 ** 30;

/** An open file as a source; to be closed after use. */
export interface FileSource extends ByteSource {
  /** Fills `bytes` from `offset` on. Throws a `RotoscopeError` (`file`) where the file ends before. */
  readInto(bytes: Uint8Array, offset: number): Promise<void>;
  /** The same for bytes that go to several places, in the file one behind the other. */
  readParts(parts: readonly Uint8Array[], offset: number): Promise<void>;
  close(): Promise<void>;
}

/** Opens a file, for reading only. Throws a `RotoscopeError`: `file`, which names the file, when it can't be read, `argument` for what is no path. */
export async function openFile(path: string): Promise<FileSource> {
  checkPath(path);
  const name = basename(path);
  const fail = (cause: Error): never => {
    throw new RotoscopeError("file", `${name}: can't be read (${cause.message})`, { cause });
  };
  const file = await open(path).catch(fail);
  try {
    const status = await file.stat();
    if (status.isDirectory()) fail(new Error("it is a folder"));
    const readInto = (bytes: Uint8Array, offset: number): Promise<void> => fill(file, bytes, offset).catch(fail);
    return {
      name,
      size: status.size,
      readInto,
      readParts: (parts, offset) => fillParts(file, parts, offset).catch(fail),
      read: async (offset, length) => {
        const bytes = new Uint8Array(length);
        await readInto(bytes, offset);
        return bytes;
      },
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** Opens a file for the time that `use` takes. Throws as `openFile` does. */
export async function withFile<Result>(path: string, use: (source: FileSource) => Promise<Result>): Promise<Result> {
  const source = await openFile(path);
  try {
    return await use(source);
  } finally {
    await source.close();
  }
}

async function fill(file: FileHandle, bytes: Uint8Array, offset: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const length = Math.min(LARGEST_READ, bytes.length - done);
    const { bytesRead } = await file.read(bytes, done, length, offset + done);
    if (bytesRead === 0) throw new Error(`ended after ${offset + done} of ${offset + bytes.length} bytes`);
    done += bytesRead;
  }
}

async function fillParts(file: FileHandle, parts: readonly Uint8Array[], offset: number): Promise<void> {
  const { bytesRead } = await file.readv(parts, offset);
  let start = 0;
  for (const part of parts) {
    const done = Math.min(Math.max(bytesRead - start, 0), part.length);
    if (done < part.length) await fill(file, part.subarray(done), offset + start + done);
    start += part.length;
  }
}
