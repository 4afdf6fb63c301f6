import { RotoscopeError } from "@rotoscope/core";
import { type ByteSource, readChecked } from "./byte-source.js";
import { Flatbuffer, type FlatTable } from "./flatbuffer.js";

/** A column of 4-byte values without nulls. */
export interface IpcColumn {
  readonly name: string;
  readonly type: "float32" | "int32";
}

/** A record batch: the bytes of each column's values, little-endian. */
export interface IpcBatch {
  readonly rows: number;
  readonly metadata: ReadonlyMap<string, string>;
  readonly columns: readonly Uint8Array[];
}

/** An Arrow IPC file with random access by record batch. */
export interface IpcFile {
  readonly columns: readonly IpcColumn[];
  readonly metadata: ReadonlyMap<string, string>;
  readonly batchCount: number;
  readBatch(index: number): Promise<IpcBatch>;
}

interface Block {
  readonly offset: number;
  readonly headerLength: number;
  readonly bodyLength: number;
}

const MAGIC = "ARROW1";
const BLOCK_SIZE = 24;
const RECORD_BATCH = 3;
const TYPE_INT = 2;
const TYPE_FLOAT = 3;
const SINGLE_PRECISION = 1;

/**
 * Opens an Arrow IPC file of uncompressed float32 and int32 columns without nulls, reading no more than its two ends.
 * For files of unknown origin: all offsets and lengths are checked (Arrow format, "IPC File Format"; flatbuffer tables
 * Footer, Schema, Field, Message, RecordBatch). Throws a `RotoscopeError`: `file` for damage, `unsupported` for other columns.
 */
export async function openIpcFile(source: ByteSource): Promise<IpcFile> {
  const { name } = source;
  const start = await readChecked(source, 0, 8, "the start");
  if (text(start.subarray(0, 6)) !== MAGIC) throw new RotoscopeError("file", `${name}: not an Arrow IPC file`);
  const end = await readChecked(source, source.size - 10, 10, "the end");
  if (text(end.subarray(4)) !== MAGIC)
    throw new RotoscopeError("file", `${name}: the end of the Arrow file is missing (cut off?)`);
  const footerLength = new DataView(end.buffer, end.byteOffset).getInt32(0, true);
  const footerStart = source.size - 10 - footerLength;
  const footer = new Flatbuffer(
    await readChecked(source, footerStart, footerLength, "the footer"),
    `${name}: the footer`,
  );

  const root = footer.root();
  const schema = root.table(1) ?? footer.fail("no schema");
  if (schema.int16(0) !== 0) throw new RotoscopeError("unsupported", `${name}: big-endian columns`);
  const columns = schema.tables(1).map((field) => readColumn(field, name));
  const blocks = readBlocks(footer, root, footerStart);
  return {
    columns,
    metadata: readMetadata(schema, 2),
    batchCount: blocks.length,
    readBatch: async (index) => {
      const block = blocks[index];
      if (!block) throw new RotoscopeError("argument", `${name}: batch ${index} of ${blocks.length}`);
      const what = `batch ${index}`;
      const bytes = await readChecked(source, block.offset, block.headerLength + block.bodyLength, what);
      return readBatch(bytes, block, columns, `${name}: ${what}`);
    },
  };
}

function readColumn(field: FlatTable, file: string): IpcColumn {
  const name = field.text(0) ?? "";
  const type = field.table(3);
  const kind = field.uint8(2);
  const plain = type !== null && field.uint8(1) === 0 && field.table(4) === null;
  if (plain && kind === TYPE_FLOAT && type.int16(0) === SINGLE_PRECISION) return { name, type: "float32" };
  if (plain && kind === TYPE_INT && type.int32(0) === 32 && type.uint8(1) === 1) return { name, type: "int32" };
  throw new RotoscopeError("unsupported", `${file}: column "${name}" is neither float32 nor int32 without nulls`);
}

function readBlocks(footer: Flatbuffer, root: FlatTable, footerStart: number): Block[] {
  if (root.vector(2, BLOCK_SIZE).length > 0) footer.fail("dictionaries");
  const { position, length } = root.vector(3, BLOCK_SIZE);
  return Array.from({ length }, (_, i) => {
    const at = position + BLOCK_SIZE * i;
    const block = { offset: footer.size(at), headerLength: footer.int32(at + 8), bodyLength: footer.size(at + 16) };
    if (block.headerLength < 8 || block.offset + block.headerLength + block.bodyLength > footerStart)
      footer.fail(`batch ${i} ends past the footer's start`);
    return block;
  });
}

function readMetadata(table: FlatTable, slot: number): Map<string, string> {
  return new Map(table.tables(slot).map((pair) => [pair.text(0) ?? "", pair.text(1) ?? ""]));
}

function readBatch(bytes: Uint8Array, block: Block, columns: readonly IpcColumn[], name: string): IpcBatch {
  const header = new Flatbuffer(bytes.subarray(8, block.headerLength), `${name}, header`);
  const message = header.root();
  const batch = message.table(2);
  if (message.uint8(1) !== RECORD_BATCH || batch === null) return header.fail("not a record batch");
  if (message.size(3) !== block.bodyLength)
    header.fail(`a body of ${message.size(3)} bytes, in the footer ${block.bodyLength}`);
  if (batch.table(3) !== null) throw new RotoscopeError("unsupported", `${name} is compressed`);
  const rows = batch.size(0);
  const nodes = batch.vector(1, 16);
  const buffers = batch.vector(2, 16);
  if (nodes.length !== columns.length || buffers.length !== 2 * columns.length) header.fail(`${nodes.length} columns`);

  const body = bytes.subarray(block.headerLength);
  const values = columns.map((column, i) => {
    const node = nodes.position + 16 * i;
    if (header.size(node) !== rows || header.size(node + 8) !== 0) header.fail(`nulls in column "${column.name}"`);
    const at = buffers.position + 32 * i + 16;
    const offset = header.size(at);
    if (header.size(at + 8) < 4 * rows || offset + 4 * rows > body.length)
      header.fail(`column "${column.name}" is too short`);
    return body.subarray(offset, offset + 4 * rows);
  });
  return { rows, metadata: readMetadata(message, 4), columns: values };
}

function text(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
