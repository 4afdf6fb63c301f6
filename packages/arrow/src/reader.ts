import { type ByteSource, RotoscopeError, sizeOf } from "@rotoscope/core";
import { checkColumns, checkedColumns } from "./checked-columns.js";
import { type IpcColumn, openIpcFile } from "./ipc-file.js";
import { batchCount, decodeResultHeader, type ResultHeader } from "./result-layout.js";
import { decodeSchemaMetadata } from "./schema-metadata.js";
import { strayRotation } from "./stray-rotation.js";

export { type ByteSource, bytesSource } from "@rotoscope/core";
export { type FiledStep, type HistoryFile, openHistory } from "./history-file.js";
export type { Provenance, ProvenanceInput } from "./provenance.js";
export type { HistoryReference, ResultHeader } from "./result-layout.js";

/** Consecutive indices of the first axis of a result, from `start` on: one z plane when there are three axes. */
export interface ResultSlab {
  readonly start: number;
  readonly scores: Float32Array;
  readonly rotations: Int32Array;
  /** Of a state whose search has a background template. */
  readonly background?: Float32Array;
}

/** A result file that is open for reading, slab by slab. */
export interface ResultFile {
  readonly header: ResultHeader;
  /** Rotation index to its d x d matrix, row-major, array axis order, target to template. */
  readonly rotationMapping: ReadonlyMap<number, Float32Array>;
  readonly slabCount: number;
  /** Reads slab `index`: first-axis indices from `index * header.planesPerBatch` on. */
  readSlab(index: number): Promise<ResultSlab>;
}

/** A file of maps, with all of its JSON. */
export interface MapsFile extends ResultFile {
  readonly json: Readonly<Record<string, unknown>>;
}

const RESULT_COLUMNS: readonly IpcColumn[] = [
  { name: "score", type: "float32" },
  { name: "rotation", type: "int32" },
];

/** A third column that states have where the search has a background template. */
const BACKGROUND_COLUMN: IpcColumn = { name: "background", type: "float32" };

/**
 * Opens a result written by `writeArrow`, in Node or a browser; docs/format.md describes the layout.
 *
 * Nothing is trusted: sizes are checked against the source's, and each slab's values against its checksum. Throws, or rejects with, a
 * `RotoscopeError`: `file` for damaged or foreign files, `unsupported` for later versions of the layout.
 */
export async function openResult(source: ByteSource): Promise<ResultFile> {
  return openMaps(source, "result");
}

/** Opens a file with the columns and the header of a result, of whichever kind. */
export async function openMaps(source: ByteSource, kind: "result" | "state"): Promise<MapsFile> {
  const { name } = source;
  const file = await openIpcFile(source);
  const { json, matrices } = decodeSchemaMetadata(file.metadata, kind, name);
  const withBackground = kind === "state" && file.columns.length === 3;
  checkColumns(file.columns, withBackground ? [...RESULT_COLUMNS, BACKGROUND_COLUMN] : RESULT_COLUMNS, name);
  const header = decodeResultHeader(json, name);
  const slabCount = batchCount(header);
  if (file.batchCount !== slabCount || sizeOf(header.shape) * 8 > source.size)
    throw new RotoscopeError(
      "file",
      `${name}: shape [${header.shape.join(", ")}] needs ${slabCount} batches, found ${file.batchCount} in ${source.size} bytes`,
    );
  const axis = header.axes[0] ?? "z";
  const rowsPerPlane = sizeOf(header.shape.slice(1));
  return {
    json,
    header,
    rotationMapping: decodeMatrices(matrices, header, name),
    slabCount,
    readSlab: async (index) => {
      const start = index * header.planesPerBatch;
      const planes = Math.min(header.planesPerBatch, (header.shape[0] ?? 0) - start);
      const what = `${name}: batch ${index}`;
      const [score, rotation, background] = checkedColumns(await file.readBatch(index), axis, start, what);
      const slab = {
        start,
        scores: new Float32Array(score!.buffer),
        rotations: new Int32Array(rotation!.buffer),
        ...(background && { background: new Float32Array(background.buffer) }),
      };
      if (slab.scores.length !== planes * rowsPerPlane)
        throw new RotoscopeError("file", `${what} has ${slab.scores.length} rows, expected ${planes * rowsPerPlane}`);
      const stray = strayRotation(slab.rotations, header.rotationCount);
      if (stray !== null)
        throw new RotoscopeError("file", `${what}: rotation ${stray}, expected -1 to ${header.rotationCount - 1}`);
      return slab;
    },
  };
}

export function decodeMatrices(base64: string, header: ResultHeader, name: string): Map<number, Float32Array> {
  const size = header.matrixSize ** 2;
  const bytes = decodeBase64(base64, name);
  if (bytes.length !== header.rotationCount * size * 4)
    throw new RotoscopeError(
      "file",
      `${name}: ${bytes.length} bytes of matrices, expected ${header.rotationCount} x ${size * 4}`,
    );
  const values = new Float32Array(bytes.buffer);
  const mapping = new Map<number, Float32Array>();
  const unused = new Set(header.unusedRotations);
  for (let index = 0; index < header.rotationCount; index++)
    if (!unused.has(index)) mapping.set(index, values.slice(index * size, (index + 1) * size));
  return mapping;
}

function decodeBase64(base64: string, name: string): Uint8Array<ArrayBuffer> {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch (cause) {
    throw new RotoscopeError("file", `${name}: the matrices aren't base64`, { cause });
  }
}
