import { writeSync } from "node:fs";
import * as files from "node:fs/promises";
import { setImmediate } from "node:timers/promises";
import { crc32 } from "node:zlib";
import { atomicFile } from "@rotoscope/core";
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
    for (const { columns, bytes, key, position } of batches) {
      const children = [...columns];
      const struct = makeData({ type: new Struct(fields), length: children[0]?.length ?? 0, nullCount: 0, children });
      const crc = bytes.reduce((sum, column) => crc32(column, sum), 0);
      writer.write(
        new RecordBatch(
          schema,
          struct,
          new Map([
            [key, String(position)],
            ["crc32", crcText(crc)],
          ]),
        ),
      );
      await setImmediate();
    }
    writer.close();
  });
}

/**
 * apache-arrow's file writer, but writing at once to a file descriptor instead of collecting chunks, and with the schema message
 * after the magic, which its own leaves out: with it a file that was cut off can be read as a stream.
 */
class DescriptorWriter extends RecordBatchFileWriter {
  readonly #descriptor: number;
  readonly #onBytes: (bytes: Uint8Array) => void;

  constructor(descriptor: number, onBytes: (bytes: Uint8Array) => void) {
    super();
    this.#descriptor = descriptor;
    this.#onBytes = onBytes;
  }

  protected override _writeSchema(schema: Schema): this {
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
