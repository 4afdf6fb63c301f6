import { open } from "node:fs/promises";
import { basename } from "node:path";
import { RotoscopeError } from "@rotoscope/core";

const LARGEST_READ = 2 ** 30;

/** The whole of a file, of any size that memory holds. Throws a `RotoscopeError` (`file`) that names the file. */
export async function readBytes(path: string): Promise<Uint8Array> {
  try {
    const file = await open(path);
    try {
      const bytes = new Uint8Array((await file.stat()).size);
      for (let position = 0; position < bytes.length; ) {
        const length = Math.min(LARGEST_READ, bytes.length - position);
        const { bytesRead } = await file.read(bytes, position, length, position);
        if (bytesRead === 0) throw new Error(`ended after ${position} of ${bytes.length} bytes`);
        position += bytesRead;
      }
      return bytes;
    } finally {
      await file.close();
    }
  } catch (cause) {
    throw new RotoscopeError("file", `${basename(path)}: can't be read (${(cause as Error).message})`, { cause });
  }
}
