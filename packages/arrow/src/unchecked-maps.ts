import { type AnalyzerResult, type ByteSource, ndarray, RotoscopeError, sizeOf } from "@rotoscope/core";
import { checkedColumns } from "./checked-columns.js";
import { openIpcFile } from "./ipc-file.js";
import { decodeMatrices } from "./reader.js";
import { decodeResultHeader, type ResultHeader } from "./result-layout.js";
import { decodeSchemaMetadata } from "./schema-metadata.js";
import { strayRotation } from "./stray-rotation.js";

/** A result that another program has rewritten. */
export interface UncheckedMaps extends Pick<AnalyzerResult, "scores" | "rotations" | "rotationMapping"> {
  readonly header: ResultHeader;
}

/**
 * Reads a result whose batches have lost their checksums and places, as in a file that pyarrow has written again: any batch sizes, columns in any order, nulls
 * (they become the score threshold and rotation -1). Rows are taken to be in their old order; there is nothing to check that by, nor the values. Throws a
 * `RotoscopeError` where the metadata, the columns or the number of rows don't fit.
 */
export async function readUncheckedMaps(source: ByteSource): Promise<UncheckedMaps> {
  const { name } = source;
  const file = await openIpcFile(source, true);
  const { json, matrices } = decodeSchemaMetadata(file.metadata, "result", name);
  const header = decodeResultHeader(json, name);
  const size = sizeOf(header.shape);
  if (size * 8 > source.size) throw new RotoscopeError("file", `${name}: ${source.size} bytes for ${size} voxels`);
  const column = (wanted: string, type: string): number => {
    const found = file.columns.findIndex((c) => c.name === wanted && c.type === type);
    if (found < 0) throw new RotoscopeError("file", `${name}: no ${type} column "${wanted}"`);
    return found;
  };
  const [score, rotation] = [column("score", "float32"), column("rotation", "int32")];
  const scores = new Float32Array(size);
  const rotations = new Int32Array(size);
  let row = 0;
  for (let index = 0; index < file.batchCount; index++) {
    const batch = await file.readBatch(index);
    if (row + batch.rows > size) throw new RotoscopeError("file", `${name}: more than the ${size} rows of its shape`);
    if (batch.metadata.has("crc32")) {
      const key = header.axes[0] ?? "z";
      checkedColumns(batch, key, Number(batch.metadata.get(key)), `${name}: batch ${index}`);
    }
    scores.set(new Float32Array(batch.columns[score]!.slice().buffer), row);
    rotations.set(new Int32Array(batch.columns[rotation]!.slice().buffer), row);
    fillNulls(batch.validity[score]!, scores.subarray(row, row + batch.rows), header.scoreThreshold);
    fillNulls(batch.validity[rotation]!, rotations.subarray(row, row + batch.rows), -1);
    row += batch.rows;
  }
  if (row < size) throw new RotoscopeError("file", `${name}: ${row} rows for shape [${header.shape.join(", ")}]`);
  const stray = strayRotation(rotations, header.rotationCount);
  if (stray !== null)
    throw new RotoscopeError("file", `${name}: rotation ${stray}, expected -1 to ${header.rotationCount - 1}`);
  return {
    header,
    scores: ndarray(scores, header.shape),
    rotations: ndarray(rotations, header.shape),
    rotationMapping: decodeMatrices(matrices, header, name),
  };
}

function fillNulls(validity: Uint8Array | null, values: Float32Array | Int32Array, value: number): void {
  if (validity === null) return;
  for (let row = 0; row < values.length; row++) if (((validity[row >> 3]! >> (row & 7)) & 1) === 0) values[row] = value;
}
