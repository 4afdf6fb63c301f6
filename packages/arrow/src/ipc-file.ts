import { type ByteSource, RotoscopeError, readChecked } from "@rotoscope/core";
import { crc32 } from "./crc32.js";
import { Flatbuffer, type FlatTable } from "./flatbuffer.js";

/** A column of 4-byte values, or of lists of them. */
export interface IpcColumn {
  readonly name: string;
  readonly type: "float32" | "int32";
  /** Values per row of a column of fixed-size lists; not given: the rows are values. */
  readonly listSize?: number;
}

/** A record batch: the bytes of each column's values, little-endian. */
export interface IpcBatch {
  readonly rows: number;
  readonly metadata: ReadonlyMap<string, string>;
  readonly columns: readonly Uint8Array[];
  /** Where in the file those start. */
  readonly positions: readonly number[];
  /** Per column a bit per row, 1 = there, 0 = null; null where the column has no nulls. */
  readonly validity: readonly (Uint8Array | null)[];
  /** CRC-32 over all columns' bytes, in their order. */
  readonly crc: number;
}

/** An Arrow IPC file with random access by record batch. */
export interface IpcFile {
  readonly columns: readonly IpcColumn[];
  readonly metadata: ReadonlyMap<string, string>;
  readonly batchCount: number;
  /** The file's end is missing: these are the batches that are whole. */
  readonly cutOff: boolean;
  readBatch(index: number): Promise<IpcBatch>;
}

interface Block {
  readonly offset: number;
  readonly headerLength: number;
  readonly bodyLength: number;
}

const MAGIC = "ARROW1";
const BLOCK_SIZE = 24;
const SCHEMA = 1;
const RECORD_BATCH = 3;
const CONTINUED = 0xffffffff;
const TYPE_INT = 2;
const TYPE_FLOAT = 3;
const TYPE_FIXED_SIZE_LIST = 16;
const SINGLE_PRECISION = 1;

/**
 * Opens an Arrow IPC file of uncompressed float32 and int32 columns without nulls, reading no more than its two ends.
 * For files of unknown origin: all offsets and lengths are checked (Arrow format, "IPC File Format"; flatbuffer tables
 * Footer, Schema, Field, Message, RecordBatch). `nulls`: columns may have nulls. Throws a `RotoscopeError`: `file` for damage, `unsupported` for other columns.
 */
export async function openIpcFile(source: ByteSource, nulls = false): Promise<IpcFile> {
  const { name } = source;
  await checkStart(source);
  if (!(await hasEnd(source)))
    throw new RotoscopeError("file", `${name}: the end of the Arrow file is missing (cut off?)`);
  const end = await readChecked(source, source.size - 10, 4, "the end");
  const footerLength = new DataView(end.buffer, end.byteOffset).getInt32(0, true);
  const footerStart = source.size - 10 - footerLength;
  const footer = new Flatbuffer(
    await readChecked(source, footerStart, footerLength, "the footer"),
    `${name}: the footer`,
  );
  const root = footer.root();
  const schema = readSchema(root.table(1) ?? footer.fail("no schema"), name, nulls);
  return batchesOf(source, schema, readBlocks(footer, root, footerStart), false, nulls);
}

/** Opens a file as `openIpcFile` does, or what is whole of one that was cut off, message by message from its start. */
export async function recoverIpcFile(source: ByteSource, nulls = false): Promise<IpcFile> {
  await checkStart(source);
  if (await hasEnd(source)) return openIpcFile(source, nulls);
  const first = await readMessage(source, 8);
  const message = first?.header.root();
  if (first === null || message?.uint8(1) !== SCHEMA)
    throw new RotoscopeError("file", `${source.name}: cut off before its first batch, and has no schema at its start`);
  const schema = readSchema(message.table(2) ?? first.header.fail("no schema"), source.name, nulls);
  const blocks: Block[] = [];
  for (let offset = 8 + first.length; ; ) {
    const next = await readMessage(source, offset);
    if (next === null) break;
    const root = next.header.root();
    if (root.uint8(1) !== RECORD_BATCH) break;
    const block = { offset, headerLength: next.length, bodyLength: root.size(3) };
    offset += block.headerLength + block.bodyLength;
    if (offset > source.size) break;
    blocks.push(block);
  }
  return batchesOf(source, schema, blocks, true, nulls);
}

interface Schema {
  readonly columns: readonly IpcColumn[];
  readonly metadata: ReadonlyMap<string, string>;
}

function batchesOf(
  source: ByteSource,
  schema: Schema,
  blocks: readonly Block[],
  cutOff: boolean,
  nulls: boolean,
): IpcFile {
  const { name } = source;
  return {
    ...schema,
    cutOff,
    batchCount: blocks.length,
    readBatch: async (index) => {
      const block = blocks[index];
      if (!block) throw new RotoscopeError("argument", `${name}: batch ${index} of ${blocks.length}`);
      const what = `batch ${index}`;
      const bytes = await readChecked(source, block.offset, block.headerLength + block.bodyLength, what);
      return readBatch(bytes, block, schema.columns, nulls, `${name}: ${what}`, source.crc32 ?? crc32);
    },
  };
}

async function checkStart(source: ByteSource): Promise<void> {
  const start = await readChecked(source, 0, 8, "the start");
  if (text(start.subarray(0, 6)) !== MAGIC) throw new RotoscopeError("file", `${source.name}: not an Arrow IPC file`);
}

async function hasEnd(source: ByteSource): Promise<boolean> {
  return text(await readChecked(source, source.size - 6, 6, "the end")) === MAGIC;
}

/** The message at `offset` and the length of its header, prefix and padding included; null where none is whole. */
async function readMessage(
  source: ByteSource,
  offset: number,
): Promise<{ readonly header: Flatbuffer; readonly length: number } | null> {
  if (offset + 8 > source.size) return null;
  const prefix = await readChecked(source, offset, 8, "a message");
  const view = new DataView(prefix.buffer, prefix.byteOffset);
  const length = view.getInt32(4, true);
  if (view.getUint32(0, true) !== CONTINUED || length <= 0 || offset + 8 + length > source.size) return null;
  const bytes = await readChecked(source, offset + 8, length, "a message");
  return { header: new Flatbuffer(bytes, `${source.name}: the message at byte ${offset}`), length: 8 + length };
}

function readSchema(schema: FlatTable, name: string, nulls: boolean): Schema {
  if (schema.int16(0) !== 0) throw new RotoscopeError("unsupported", `${name}: big-endian columns`);
  return {
    columns: schema.tables(1).map((field) => readColumn(field, name, nulls)),
    metadata: readMetadata(schema, 2),
  };
}

function readColumn(field: FlatTable, file: string, nulls: boolean): IpcColumn {
  const name = field.text(0) ?? "";
  const type = field.table(3);
  const kind = field.uint8(2);
  const plain = type !== null && (nulls || field.uint8(1) === 0) && field.table(4) === null;
  if (plain && kind === TYPE_FLOAT && type.int16(0) === SINGLE_PRECISION) return { name, type: "float32" };
  const items = plain && kind === TYPE_FIXED_SIZE_LIST ? field.tables(5)[0] : undefined;
  if (type && items) {
    const { type: itemType, listSize: nested } = readColumn(items, file, nulls);
    const listSize = type.int32(0);
    if (nested === undefined && listSize > 0) return { name, type: itemType, listSize };
  }
  if (plain && kind === TYPE_INT && type.int32(0) === 32 && type.uint8(1) === 1) return { name, type: "int32" };
  throw new RotoscopeError(
    "unsupported",
    `${file}: column "${name}" is neither float32 nor int32${nulls ? "" : " without nulls"}`,
  );
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

function readBatch(
  bytes: Uint8Array,
  block: Block,
  columns: readonly IpcColumn[],
  nulls: boolean,
  name: string,
  crcOf: typeof crc32,
): IpcBatch {
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
  const lists = columns.filter(({ listSize }) => listSize !== undefined).length;
  if (nodes.length !== columns.length + lists || buffers.length !== 2 * columns.length + lists)
    header.fail(`${nodes.length} columns`);

  const body = bytes.subarray(block.headerLength);
  const buffer = (index: number, length: number, what: string): Uint8Array => {
    const at = buffers.position + 16 * index;
    const offset = header.size(at);
    if (header.size(at + 8) < length || offset + length > body.length) header.fail(`${what} is too short`);
    return body.subarray(offset, offset + length);
  };
  let [node, at] = [0, 0];
  const hasNulls = (length: number, column: string): boolean => {
    const found = nodes.position + 16 * node++;
    const nullCount = header.size(found + 8);
    if (header.size(found) !== length || (nullCount > 0 && !nulls)) header.fail(`nulls in column "${column}"`);
    return nullCount > 0;
  };
  const read = columns.map(({ name: column, listSize }) => {
    const has = hasNulls(rows, column);
    const validity = has ? buffer(at, Math.ceil(rows / 8), "a validity bitmap") : null;
    const length = rows * (listSize ?? 1);
    if (listSize !== undefined && hasNulls(length, column)) header.fail(`nulls in the lists of column "${column}"`);
    at += listSize === undefined ? 2 : 3;
    return { validity, values: buffer(at - 1, 4 * length, `column "${column}"`) };
  });
  const values = read.map((column) => column.values);
  return {
    rows,
    metadata: readMetadata(message, 4),
    columns: values,
    positions: values.map(({ byteOffset }) => block.offset + byteOffset - bytes.byteOffset),
    crc: values.reduce((crc, column) => crcOf(column, crc), 0),
    validity: read.map(({ validity }) => validity),
  };
}

function text(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
