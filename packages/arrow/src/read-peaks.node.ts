import { type Peak, RotoscopeError } from "@rotoscope/core";
import { checkColumns, checkedColumns } from "./checked-columns.js";
import { withFile } from "./file-source.node.js";
import { type IpcColumn, openIpcFile } from "./ipc-file.js";
import { JsonFields } from "./json-fields.js";
import { axisNames } from "./result-layout.js";
import { decodeSchemaMetadata } from "./schema-metadata.js";

/** Peaks as they were written, with what their file says about them. */
export interface LoadedPeaks {
  readonly kind: "peaks";
  /** In the order in which they were written. */
  readonly peaks: readonly Peak[];
  /** Rotation index to its d x d matrix, row-major, array axis order, target to template; those of the peaks. */
  readonly rotationMapping: ReadonlyMap<number, Float32Array>;
  /** Shape of the map that the peaks were found in. */
  readonly shape: readonly number[];
  /** Edge of a voxel in angstrom, per axis; 0 = unknown. */
  readonly voxelSizeAngstrom: readonly number[];
}

/** Reads peaks that `writePeaks` wrote. Throws a `RotoscopeError`: `file` for a file that is damaged or not ours, `unsupported` for a later version of the layout. */
export function readPeaks(path: string): Promise<LoadedPeaks> {
  return withFile(path, async (source) => {
    const { name } = source;
    const file = await openIpcFile(source);
    const { json } = decodeSchemaMetadata(file.metadata, "peaks", name);
    const fields = new JsonFields(json, name);
    const shape = fields.numbers("shape", 1, 3, (length) => Number.isSafeInteger(length) && length > 0);
    const axes = axisNames(shape.length);
    const matrixLength = file.columns.at(-1)?.listSize ?? 0;
    checkColumns(
      file.columns,
      [
        ...[...axes, "score", "rotation"].map(
          (column): IpcColumn => ({ name: column, type: column === "score" ? "float32" : "int32" }),
        ),
        { name: "matrix", type: "float32", listSize: matrixLength },
      ],
      name,
    );
    if (file.batchCount !== 1) throw new RotoscopeError("file", `${name}: ${file.batchCount} batches, expected 1`);
    const batch = await file.readBatch(0);
    const columns = checkedColumns(batch, "start", 0, `${name}: batch 0`).map(({ buffer }) => buffer);
    const places = axes.map((_, axis) => new Int32Array(columns[axis]!));
    const score = new Float32Array(columns[axes.length]!);
    const rotation = new Int32Array(columns[axes.length + 1]!);
    const matrices = new Float32Array(columns[axes.length + 2]!);
    const rotationMapping = new Map<number, Float32Array>();
    const peaks = Array.from({ length: batch.rows }, (_, row): Peak => {
      const position = places.map((place) => place[row]!);
      if (position.some((at, axis) => at < 0 || at >= shape[axis]!) || rotation[row]! < 0)
        throw new RotoscopeError("file", `${name}: peak ${row} at [${position.join(", ")}], rotation ${rotation[row]}`);
      rotationMapping.set(rotation[row]!, matrices.slice(row * matrixLength, (row + 1) * matrixLength));
      return { position, score: score[row]!, rotation: rotation[row]! };
    });
    const voxelSizeAngstrom = fields.numbers("voxelSizeAngstrom", shape.length, shape.length, (size) => size >= 0);
    return { kind: "peaks", peaks, rotationMapping, shape, voxelSizeAngstrom };
  });
}
