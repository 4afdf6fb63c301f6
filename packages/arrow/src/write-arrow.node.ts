import { type History, ndarray, type ResultFields, RotoscopeError, sizeOf, stridesOf } from "@rotoscope/core";
import { type Data, Field, Float32, Int32, makeData } from "apache-arrow";
import { historyPath, writeHistory } from "./history.node.js";
import { type BatchToWrite, writeIpcFile } from "./ipc-writer.node.js";
import type { Provenance } from "./provenance.js";
import {
  axisNames,
  decodeResultHeader,
  encodeResultHeader,
  planesPerBatch,
  type ResultHeader,
} from "./result-layout.js";
import { encodeSchemaMetadata } from "./schema-metadata.js";
import { strayRotation } from "./stray-rotation.js";
import { bytesOf } from "./typed-bytes.js";

/** What a result file holds beside the analyzer's result; a result that carries these fields itself needs no options. */
export interface ResultDetails {
  /** Edge of a voxel in angstrom, per axis (z, y, x); 0 = unknown, the default. */
  readonly voxelSizeAngstrom: readonly number[];
  /** Score of voxels that no rotation improved; default 0, as the analyzer's. */
  readonly scoreThreshold: number;
  /** How the result came about; null = unknown, the default. */
  readonly provenance: Provenance | null;
  /** What each rotation improved; null = not recorded, the default. */
  readonly history: History | null;
}

/**
 * Writes a result as an Arrow IPC file (docs/format.md): a record batch of scores and rotations per z plane, the matrices and all else in the
 * schema's metadata, checksums over everything. A history goes into a file of its own beside it (`historyPath`), before the result. The files appear complete
 * or not at all; the arrays are written from where they are, shared ones too. Throws a `RotoscopeError`: `shape` or `argument` for a result that makes no sense, `file` when it can't be written.
 *
 * @example
 * await writeArrow("result.arrow", result, { voxelSizeAngstrom: target.voxelSizeAngstrom });
 */
export async function writeArrow(
  path: string,
  result: ResultFields & Partial<ResultDetails>,
  options: Partial<ResultDetails> = {},
): Promise<void> {
  const maps = prepareMaps(path, result, options);
  const history = options.history ?? result.history;
  if (history) checkRotations(result.rotations.data, maps.header);
  const reference = history ? await writeHistory(historyPath(path), history, { shape: maps.header.shape }) : null;
  await writeMaps(path, { ...maps, json: encodeResultHeader({ ...maps.header, history: reference }) });
}

/** Maps that are ready to be written. */
export interface MapsToWrite {
  readonly scores: Float32Array;
  readonly rotations: Int32Array;
  readonly header: ResultHeader;
  /** Base64 of the matrices. */
  readonly matrices: string;
}

/** The header and the matrices of a result, after checking that it makes sense. Throws as `writeArrow` does. */
export function prepareMaps(
  path: string,
  result: ResultFields & Partial<ResultDetails>,
  options: Partial<ResultDetails>,
): MapsToWrite {
  const { scores, rotations, rotationMapping } = result;
  const { shape } = scores;
  const axes = axisNames(shape.length);
  checkMaps(result);
  const rotationCount = [...rotationMapping.keys()].reduce((count, index) => Math.max(count, index + 1), 0);
  const [first] = rotationMapping.values();
  const matrixSize = first ? Math.sqrt(first.length) : shape.length;
  const header: ResultHeader = {
    axes,
    shape,
    offset: result.offset,
    voxelSizeAngstrom: options.voxelSizeAngstrom ?? result.voxelSizeAngstrom ?? axes.map(() => 0),
    planesPerBatch: planesPerBatch(shape),
    scoreThreshold: options.scoreThreshold ?? result.scoreThreshold ?? 0,
    meanSquare: result.meanSquare,
    rotationCount,
    matrixSize,
    unusedRotations: Array.from({ length: rotationCount }, (_, i) => i).filter((i) => !rotationMapping.has(i)),
    history: null,
    provenance: options.provenance ?? result.provenance ?? null,
  };
  decodeResultHeader(encodeResultHeader(header), path);
  const matrices = encodeMatrices(rotationMapping, rotationCount, matrixSize ** 2);
  return { scores: scores.data, rotations: rotations.data, header, matrices };
}

/** Writes maps with `json` about them, a record batch per z plane; `background`, where given, as a column of its own. */
export async function writeMaps(
  path: string,
  maps: MapsToWrite & { readonly json: Readonly<Record<string, unknown>>; readonly background?: Float32Array | null },
): Promise<void> {
  const { json, matrices, background } = maps;
  const fields = [new Field("score", new Float32(), false), new Field("rotation", new Int32(), false)];
  if (background) fields.push(new Field("background", new Float32(), false));
  await writeIpcFile(path, fields, encodeSchemaMetadata(json, matrices), slabs(maps, background ?? null));
}

function* slabs({ scores, rotations, header }: MapsToWrite, background: Float32Array | null): Iterable<BatchToWrite> {
  const rows = sizeOf(header.shape.slice(1)) * header.planesPerBatch;
  const key = header.axes[0]!;
  for (let start = 0, position = 0; start < scores.length; start += rows, position += header.planesPerBatch) {
    const score = scores.subarray(start, start + rows);
    const rotation = rotations.subarray(start, start + rows);
    checkRotations(rotation, header);
    const columns: Data[] = [
      makeData({ type: new Float32(), data: score }),
      makeData({ type: new Int32(), data: rotation }),
    ];
    const bytes = [bytesOf(score), bytesOf(rotation)];
    if (background) {
      const own = background.subarray(start, start + rows);
      columns.push(makeData({ type: new Float32(), data: own }));
      bytes.push(bytesOf(own));
    }
    yield { columns, bytes, key, position };
  }
}

function checkRotations(rotations: Int32Array, { rotationCount, unusedRotations }: ResultHeader): void {
  const stray = strayRotation(rotations, rotationCount);
  if (stray === null) return;
  const known = rotationCount - unusedRotations.length;
  throw new RotoscopeError("argument", `rotation ${stray} isn't among the ${known} of rotationMapping`);
}

function checkMaps({ scores, rotations, offset }: ResultFields): void {
  const text = (shape: readonly number[]): string => `[${shape.join(", ")}]`;
  for (const map of [scores, rotations]) {
    ndarray(map.data, map.shape);
    if (map.stride.join() !== stridesOf(map.shape).join())
      throw new RotoscopeError("shape", `stride ${text(map.stride)} of shape ${text(map.shape)}, expected C order`);
  }
  if (scores.shape.join() !== rotations.shape.join())
    throw new RotoscopeError("shape", `scores have shape ${text(scores.shape)}, rotations ${text(rotations.shape)}`);
  if (offset.length !== scores.shape.length)
    throw new RotoscopeError("shape", `offset ${text(offset)} for shape ${text(scores.shape)}`);
}

function encodeMatrices(mapping: ReadonlyMap<number, Float32Array>, count: number, size: number): string {
  const table = new Float32Array(count * size).fill(Number.NaN);
  for (const [index, matrix] of mapping) {
    if (matrix.length !== size)
      throw new RotoscopeError("shape", `rotation ${index}: a matrix of ${matrix.length} numbers, expected ${size}`);
    table.set(matrix, index * size);
  }
  return Buffer.from(table.buffer).toString("base64");
}
