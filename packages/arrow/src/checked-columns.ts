import { RotoscopeError } from "@rotoscope/core";
import { crcText } from "./crc32.js";
import type { IpcBatch, IpcColumn } from "./ipc-file.js";

/** Throws unless the file has the columns of its layout. */
export function checkColumns(found: readonly IpcColumn[], expected: readonly IpcColumn[], name: string): void {
  const describe = (columns: readonly IpcColumn[]): string =>
    columns.map(({ name, type, listSize }) => `${name}: ${type}${listSize ? `[${listSize}]` : ""}`).join(", ");
  if (describe(found) !== describe(expected))
    throw new RotoscopeError("file", `${name}: the columns are ${describe(found)}, expected ${describe(expected)}`);
}

/** Copies of a batch's columns, after checking its place (`key` = `position`) and its checksum. */
export function checkedColumns(
  batch: IpcBatch,
  key: string,
  position: number,
  what: string,
): Uint8Array<ArrayBuffer>[] {
  if (!batch.metadata.has("crc32"))
    throw new RotoscopeError(
      "file",
      `${what} has no checksum: another program has written the file (readArrow reads such results with tolerant: true, unchecked)`,
    );
  if (batch.metadata.get(key) !== String(position))
    throw new RotoscopeError("file", `${what} is damaged (${key} is ${batch.metadata.get(key)}, expected ${position})`);
  const found = crcText(batch.crc);
  const expected = batch.metadata.get("crc32");
  if (found !== expected)
    throw new RotoscopeError("file", `${what} (${key} = ${position}) is damaged (CRC ${found}, expected ${expected})`);
  return batch.columns.map((bytes) => new Uint8Array(bytes));
}
