import { open } from "node:fs/promises";
import { basename } from "node:path";
import { crc32 } from "node:zlib";
import { type ByteSource, RotoscopeError } from "@rotoscope/core";

/** Opens a file as a source for the time that `use` takes. Throws a `RotoscopeError` (`file`) that names the file when it can't be read. */
export async function withFile<Result>(path: string, use: (source: ByteSource) => Promise<Result>): Promise<Result> {
  const name = basename(path);
  const fail =
    (doing: string) =>
    (cause: Error): never => {
      throw new RotoscopeError("file", `${name}: can't be ${doing} (${cause.message})`, { cause });
    };
  const file = await open(path).catch(fail("opened"));
  try {
    const { size } = await file.stat();
    return await use({
      name,
      size,
      crc32,
      read: async (offset, length) => {
        const bytes = new Uint8Array(Buffer.allocUnsafeSlow(length).buffer);
        for (let done = 0; done < length; ) {
          const { bytesRead } = await file.read(bytes, done, length - done, offset + done).catch(fail("read"));
          if (bytesRead === 0) return bytes.subarray(0, done);
          done += bytesRead;
        }
        return bytes;
      },
    });
  } finally {
    await file.close();
  }
}
