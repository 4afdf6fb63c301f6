import type { Peak } from "@rotoscope/core";
import { Message, makeData, RecordBatch, RecordBatchFileWriter, Schema, Struct } from "apache-arrow";
import { crc32, crcText } from "./crc32.js";
import { type PeaksDetails, peaksBatch } from "./peaks-batch.js";

export type { PeaksDetails };

/**
 * The bytes of the file that `writePeaks` writes, in a browser too. Throws a `RotoscopeError` (`argument`) for a peak whose rotation has no matrix.
 *
 * @example
 * const bytes = peaksBytes(peaks, { rotationMapping, shape: [64, 200, 200] });
 */
export function peaksBytes(peaks: readonly Peak[], details: PeaksDetails): Uint8Array {
  const { fields, metadata, batch } = peaksBatch(peaks, details);
  const schema = new Schema(fields, metadata);
  const type = new Struct(schema.fields);
  const children = [...batch.columns];
  const rows = makeData({ type, length: peaks.length, nullCount: 0, children });
  const crc = batch.bytes.reduce((sum, column) => crc32(column, sum), 0);
  const marks = new Map([
    [batch.key, String(batch.position)],
    ["crc32", crcText(crc)],
  ]);
  const writer = new WholeFileWriter();
  writer.reset(undefined, schema);
  writer.write(new RecordBatch(schema, rows, marks));
  writer.close();
  return writer.toUint8Array(true);
}

/** As our files have it: with the schema message after the magic, too. */
class WholeFileWriter extends RecordBatchFileWriter {
  protected override _writeSchema(schema: Schema): this {
    super._writeSchema(schema);
    return this._writeMessage(Message.from(schema));
  }
}
