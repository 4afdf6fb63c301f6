import { type ByteSource, type HistoryStep, RotoscopeError, sizeOf } from "@rotoscope/core";
import { checkColumns, checkedColumns } from "./checked-columns.js";
import { type IpcColumn, recoverIpcFile } from "./ipc-file.js";
import { JsonFields } from "./json-fields.js";
import { decodeSchemaMetadata } from "./schema-metadata.js";
import { strayRotation } from "./stray-rotation.js";

/** The columns of a history: what an improved voxel had before. */
export const HISTORY_COLUMNS: readonly IpcColumn[] = [
  { name: "voxel", type: "int32" },
  { name: "score", type: "float32" },
  { name: "rotation", type: "int32" },
];

/** A step and where it stands in its file. */
export interface FiledStep extends HistoryStep {
  /** Of its columns, in bytes. */
  readonly positions: readonly number[];
  /** CRC-32 over them. */
  readonly crc: number;
}

/** A history file that is open for reading, step by step. */
export interface HistoryFile {
  /** Steps that are whole: fewer than `plannedSteps` where the file was cut off. */
  readonly stepCount: number;
  readonly plannedSteps: number;
  readonly cutOff: boolean;
  /** Only improvements to scores above it were recorded; -Infinity = all. */
  readonly above: number;
  /** Reads and checks step `k` = 1 ... stepCount. */
  readStep(k: number): Promise<FiledStep>;
}

/**
 * Opens a history that `writeHistory` wrote, in Node or a browser. `expected` is the shape of the map whose voxels its entries must be; default: what the file says, or any.
 * Throws, or rejects with, a `RotoscopeError`: `file` for a file that is damaged, not ours, or of another map; `unsupported` for a later version.
 */
export async function openHistory(source: ByteSource, expected?: readonly number[]): Promise<HistoryFile> {
  const { name } = source;
  const file = await recoverIpcFile(source);
  checkColumns(file.columns, HISTORY_COLUMNS, name);
  const { json } = decodeSchemaMetadata(file.metadata, "history", name);
  const fields = new JsonFields(json, name);
  const plannedSteps = fields.integer("stepCount", 0);
  const above = json.historyAbove === undefined ? Number.NEGATIVE_INFINITY : fields.number("historyAbove");
  const own = json.shape === undefined ? undefined : fields.numbers("shape", 1, 3, (length) => length > 0);
  if (file.cutOff ? file.batchCount > plannedSteps : file.batchCount !== plannedSteps)
    throw new RotoscopeError("file", `${name}: ${file.batchCount} batches for ${plannedSteps} steps`);
  if (expected && own && own.join() !== expected.join())
    throw new RotoscopeError(
      "file",
      `${name}: of a map of [${own.join(", ")}] voxels, expected [${expected.join(", ")}]`,
    );
  const shape = expected ?? own;
  const voxels = shape ? sizeOf(shape) : Number.POSITIVE_INFINITY;
  return {
    stepCount: file.batchCount,
    plannedSteps,
    cutOff: file.cutOff,
    above,
    readStep: async (k) => {
      const what = `${name}: batch ${k - 1}`;
      const batch = await file.readBatch(k - 1);
      const [voxel, score, rotation] = checkedColumns(batch, "step", k, what);
      const step = {
        voxel: new Int32Array(voxel!.buffer),
        score: new Float32Array(score!.buffer),
        rotation: new Int32Array(rotation!.buffer),
      };
      checkStep(step, voxels, plannedSteps, what);
      return { ...step, positions: batch.positions, crc: batch.crc };
    },
  };
}

function checkStep({ voxel, rotation }: HistoryStep, voxels: number, rotations: number, what: string): void {
  for (let entry = 0; entry < voxel.length; entry++) {
    const at = voxel[entry]!;
    if (at < 0 || at >= voxels) throw new RotoscopeError("file", `${what}: voxel ${at}, expected 0 to ${voxels - 1}`);
  }
  const stray = strayRotation(rotation, rotations);
  if (stray !== null) throw new RotoscopeError("file", `${what}: rotation ${stray}, expected -1 to ${rotations - 1}`);
}
