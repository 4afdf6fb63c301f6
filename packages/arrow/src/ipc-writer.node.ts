import { writeSync } from "node:fs";
import * as files from "node:fs/promises";
import { setImmediate } from "node:timers/promises";
import { crc32 } from "node:zlib";
import { atomicFile, RotoscopeError } from "@rotoscope/core";
import {
  type Data,
  type Field,
  Message,
  makeData,
  RecordBatch,
  RecordBatchFileWriter,
  Schema,
  Struct,
} from "apache-arrow";
import { crcText } from "./crc32.js";

/** A record batch to be written: values per column, all of the same number of rows. */
export interface BatchToWrite {
  readonly columns: readonly Data[];
  /** What the checksum covers: the columns' bytes, in order. */
  readonly bytes: readonly Uint8Array[];
  /** Its place: the metadata key, and its value. */
  readonly key: string;
  readonly position: number;
}

/** Other work gets its turn after this many milliseconds. */
const TURN_MS = 5;

/**
 * Writes an Arrow IPC file batch by batch, straight from the arrays to the disk: the whole file, or none when something fails.
 * `onBytes` sees everything that is written. Other work gets its turn between batches.
 */
export async function writeIpcFile(
  path: string,
  fields: Field[],
  metadata: Map<string, string>,
  batches: Iterable<BatchToWrite>,
  onBytes: (bytes: Uint8Array) => void = () => {},
): Promise<void> {
  await atomicFile(files, path, async ({ fd }) => {
    const writer = new DescriptorWriter(fd, onBytes);
    const schema = new Schema(fields, metadata);
    writer.reset(undefined, schema);
    const pause = turns();
    for (const batch of batches) {
      writer.write(recordBatch(schema, batch));
      await pause();
    }
    writer.close();
  });
}

/**
 * Appends batches to an Arrow IPC file without an end, which is started where there is none: it can be read as a stream from byte 8 on, or
 * by `recoverIpcFile`. What was there before stays as it is. Returns the file's size; the bytes are on the disk by then.
 */
export async function appendIpcBatches(
  path: string,
  fields: Field[],
  metadata: Map<string, string>,
  batches: Iterable<BatchToWrite>,
): Promise<number> {
  const file = await files.open(path, "a");
  try {
    const { size } = await file.stat();
    const schema = new Schema(fields, metadata);
    const writer = new DescriptorWriter(file.fd, () => {}, size > 0);
    writer.reset(undefined, schema);
    const pause = turns();
    for (const batch of batches) {
      writer.write(recordBatch(schema, batch));
      await pause();
    }
    await file.sync();
    return (await file.stat()).size;
  } catch (cause) {
    throw new RotoscopeError("file", `${path}: can't be written (${(cause as Error).message})`, { cause });
  } finally {
    await file.close();
  }
}

/** A function that lets other work have its turn now and then. */
function turns(): () => Promise<void> {
  let last = performance.now();
  return async () => {
    if (performance.now() - last < TURN_MS) return;
    await setImmediate();
    last = performance.now();
  };
}

function recordBatch(schema: Schema, { columns, bytes, key, position }: BatchToWrite): RecordBatch {
  const children = [...columns];
  const type = new Struct(schema.fields);
  const struct = makeData({ type, length: children[0]?.length ?? 0, nullCount: 0, children });
  const crc = bytes.reduce((sum, column) => crc32(column, sum), 0);
  const metadata = new Map([
    [key, String(position)],
    ["crc32", crcText(crc)],
  ]);
  return new RecordBatch(schema, struct, metadata);
}

/**
 * apache-arrow's file writer, but writing at once to a file descriptor instead of collecting chunks, and with the schema message
 * after the magic, which its own leaves out: with it a file that was cut off can be read as a stream.
 */
class DescriptorWriter extends RecordBatchFileWriter {
  readonly #descriptor: number;
  readonly #onBytes: (bytes: Uint8Array) => void;
  readonly #started: boolean;

  /** `started`: the schema has been written already. */
  constructor(descriptor: number, onBytes: (bytes: Uint8Array) => void, started = false) {
    super();
    this.#started = started;
    this.#descriptor = descriptor;
    this.#onBytes = onBytes;
  }

  protected override _writeSchema(schema: Schema): this {
    if (this.#started) return this;
    super._writeSchema(schema);
    return this._writeMessage(Message.from(schema));
  }

  protected override _write(chunk: ArrayBufferView): this {
    const bytes = new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    for (let done = 0; done < bytes.length; ) done += writeSync(this.#descriptor, bytes, done);
    this.#onBytes(bytes);
    this._position += bytes.length;
    return this;
  }
}
