import { RotoscopeError, sizeOf } from "@rotoscope/core";
import { JsonFields, jsonNumber } from "./json-fields.js";
import type { Provenance } from "./provenance.js";

/** Version of the layouts in docs/format.md. */
export const FORMAT_VERSION = 1;

/** What a result file says about itself, beside its columns and matrices. */
export interface ResultHeader {
  /** Names of the axes, slowest first: the last of z, y, x. */
  readonly axes: readonly string[];
  readonly shape: readonly number[];
  /** Where this piece starts in the whole target, in voxels, per axis. */
  readonly offset: readonly number[];
  /** Edge of a voxel in angstrom, per axis; 0 = unknown. */
  readonly voxelSizeAngstrom: readonly number[];
  /** How many indices of the first axis one record batch holds: 1 for three axes. */
  readonly planesPerBatch: number;
  /** Score of voxels that no rotation improved. */
  readonly scoreThreshold: number;
  /** Sum of squared scores / (voxels x distinct rotations); NaN = unknown. */
  readonly meanSquare: number;
  /** Rows of the matrix table, one matrix each. */
  readonly rotationCount: number;
  /** Rows, and columns, of a matrix. */
  readonly matrixSize: number;
  /** Rows of the matrix table that no rotation has. */
  readonly unusedRotations: readonly number[];
  readonly history: HistoryReference | null;
  readonly provenance: Provenance | null;
}

/** Which history file belongs to a result. */
export interface HistoryReference {
  /** File name, in the folder of the result. */
  readonly file: string;
  /** SHA-256 of the file, hexadecimal. */
  readonly sha256: string;
}

/** Rows of the image, or values of the line, that share a record batch when there are no z planes. */
const VALUES_PER_BATCH = 65_536;

/** The names of `dimensions` axes. Throws a `RotoscopeError` (`shape`) for more than three. */
export function axisNames(dimensions: number): string[] {
  if (dimensions < 1 || dimensions > 3)
    throw new RotoscopeError("shape", `${dimensions} axes, Arrow files hold 1, 2 or 3`);
  return ["z", "y", "x"].slice(3 - dimensions);
}

/** How many indices of the first axis go into one record batch. */
export function planesPerBatch(shape: readonly number[]): number {
  return shape.length === 3 ? 1 : Math.max(1, Math.floor(VALUES_PER_BATCH / sizeOf(shape.slice(1))));
}

/** The number of record batches of a result. */
export function batchCount(header: ResultHeader): number {
  return Math.ceil((header.shape[0] ?? 0) / header.planesPerBatch);
}

/** The JSON of a result's header; infinities are written as text, NaN as null. */
export function encodeResultHeader(header: ResultHeader): Record<string, unknown> {
  const { matrixSize } = header;
  return {
    format: "rotoscope",
    version: FORMAT_VERSION,
    kind: "result",
    ...header,
    scoreThreshold: jsonNumber(header.scoreThreshold),
    meanSquare: jsonNumber(header.meanSquare),
    matrixLayout: `base64 of little-endian float32, rotationCount x ${matrixSize} x ${matrixSize}, row-major`,
    matrixConvention: "array axis order; maps target to template coordinates",
  };
}

/** Reads what `encodeResultHeader` wrote. Throws a `RotoscopeError` (`file`) that names the field. */
export function decodeResultHeader(json: Readonly<Record<string, unknown>>, name: string): ResultHeader {
  const fields = new JsonFields(json, name);
  const shape = fields.numbers("shape", 1, 3, (length) => Number.isSafeInteger(length) && length > 0);
  const d = shape.length;
  const rotationCount = fields.integer("rotationCount", 0);
  return {
    axes: axisNames(d),
    shape,
    offset: fields.numbers("offset", d, d, Number.isSafeInteger),
    voxelSizeAngstrom: fields.numbers("voxelSizeAngstrom", d, d, (size) => size >= 0),
    planesPerBatch: fields.integer("planesPerBatch", 1),
    scoreThreshold: fields.number("scoreThreshold"),
    meanSquare: fields.number("meanSquare"),
    rotationCount,
    matrixSize: fields.integer("matrixSize", 1),
    unusedRotations: fields.numbers("unusedRotations", 0, rotationCount, Number.isSafeInteger),
    history: decodeHistoryReference(fields),
    provenance: fields.record("provenance") as Provenance | null,
  };
}

function decodeHistoryReference(fields: JsonFields): HistoryReference | null {
  const found = fields.record("history") as HistoryReference | null;
  const valid = found === null || (/^[^/\\]+$/.test(found.file) && /^[0-9a-f]{64}$/.test(found.sha256));
  return valid ? found : fields.fail("history");
}
