import type { FileHandle } from "node:fs/promises";
import * as files from "node:fs/promises";
import { setTimeout as rest } from "node:timers/promises";
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

/** Bytes whose checksum keeps the thread for some two milliseconds; others have their turn after them. */
const CRC_PIECE = 2 ** 22;
/** Bytes that are collected before they are written. */
const PIECE = 2 ** 21;
/** Bytes between two requests to bring what is written to the disk, so that the last one finds little left to do. */
const SYNC_EVERY = 2 ** 23;
/** What one call takes (IOV_MAX). */
const MOST_PIECES = 1024;

/**
 * Writes an Arrow IPC file batch by batch, straight from the arrays to the disk: the whole file, or none when something fails.
 * `onBytes` sees everything that is written. The checksums of one piece are computed while the one before is being written, and
 * earlier ones are on their way to the disk.
 */
export async function writeIpcFile(
  path: string,
  fields: Field[],
  metadata: Map<string, string>,
  batches: Iterable<BatchToWrite> | AsyncIterable<BatchToWrite>,
  onBytes: (bytes: Uint8Array) => void = () => {},
): Promise<void> {
  await atomicFile(files, path, async (file) => {
    const writer = new HandleWriter(file, onBytes);
    const schema = new Schema(fields, metadata);
    writer.reset(undefined, schema);
    for await (const batch of batches) {
      writer.write(await recordBatch(schema, batch));
      await writer.passOn();
    }
    writer.close();
    await writer.written();
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
    const writer = new HandleWriter(file, () => {}, size > 0);
    writer.reset(undefined, schema);
    for (const batch of batches) {
      writer.write(await recordBatch(schema, batch));
      await writer.passOn();
    }
    await writer.written();
    await file.sync();
    return (await file.stat()).size;
  } catch (cause) {
    throw new RotoscopeError("file", `${path}: can't be written (${(cause as Error).message})`, { cause });
  } finally {
    await file.close();
  }
}

async function recordBatch(schema: Schema, { columns, bytes, key, position }: BatchToWrite): Promise<RecordBatch> {
  const children = [...columns];
  const type = new Struct(schema.fields);
  const struct = makeData({ type, length: children[0]?.length ?? 0, nullCount: 0, children });
  let crc = 0;
  for (const column of bytes)
    for (let from = 0; from < column.length; from += CRC_PIECE) {
      if (from > 0) await rest(1);
      crc = crc32(column.subarray(from, from + CRC_PIECE), crc);
    }
  const metadata = new Map([
    [key, String(position)],
    ["crc32", crcText(crc)],
  ]);
  return new RecordBatch(schema, struct, metadata);
}

/**
 * apache-arrow's file writer, but writing to a file piece by piece instead of collecting it whole, and with the schema message
 * after the magic, which its own leaves out: with it a file that was cut off can be read as a stream.
 */
class HandleWriter extends RecordBatchFileWriter {
  readonly #file: FileHandle;
  readonly #onBytes: (bytes: Uint8Array) => void;
  readonly #started: boolean;
  #collected: Uint8Array[] = [];
  #bytes = 0;
  #unsynced = 0;
  #underWay: Promise<void> = Promise.resolve();
  #syncing = false;
  #synced: Promise<void> = Promise.resolve();

  /** `started`: the schema has been written already. */
  constructor(file: FileHandle, onBytes: (bytes: Uint8Array) => void, started = false) {
    super();
    this.#file = file;
    this.#onBytes = onBytes;
    this.#started = started;
  }

  /** Starts to write what was collected, once it is enough and the piece before it is written. */
  async passOn(): Promise<void> {
    if (this.#bytes < PIECE) return;
    await this.#underWay;
    const pieces = this.#collected;
    this.#collected = [];
    this.#unsynced += this.#bytes;
    this.#bytes = 0;
    this.#underWay = writeAll(this.#file, pieces);
    this.#underWay.catch(() => {});
    if (this.#unsynced >= SYNC_EVERY && !this.#syncing) this.#startSync();
  }

  /** Everything is written. */
  async written(): Promise<void> {
    await this.#underWay;
    await writeAll(this.#file, this.#collected);
    await this.#synced;
  }

  /** The system tells an error of a sync once only, so it is kept until the end. */
  #startSync(): void {
    this.#unsynced = 0;
    this.#syncing = true;
    this.#synced = this.#synced
      .then(() => this.#file.datasync())
      .finally(() => {
        this.#syncing = false;
      });
    this.#synced.catch(() => {});
  }

  protected override _writeSchema(schema: Schema): this {
    if (this.#started) return this;
    super._writeSchema(schema);
    return this._writeMessage(Message.from(schema));
  }

  protected override _write(chunk: ArrayBufferView): this {
    const bytes = new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    if (bytes.length > 0) this.#collected.push(bytes);
    this.#bytes += bytes.length;
    this.#onBytes(bytes);
    this._position += bytes.length;
    return this;
  }
}

async function writeAll(file: FileHandle, pieces: readonly Uint8Array[]): Promise<void> {
  for (let next = 0; next < pieces.length; next += MOST_PIECES) {
    const some = pieces.slice(next, next + MOST_PIECES);
    let { bytesWritten } = await file.writev(some);
    for (const piece of some) {
      for (let done = Math.min(bytesWritten, piece.length); done < piece.length; )
        done += (await file.write(piece, done)).bytesWritten;
      bytesWritten = Math.max(0, bytesWritten - piece.length);
    }
  }
}
