import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { basename } from "node:path";
import { pipeline } from "node:stream/promises";
import { type History, type HistoryStep, RotoscopeError } from "@rotoscope/core";
import { Field, Float32, Int32, makeData } from "apache-arrow";
import { checkColumns, checkedColumns } from "./checked-columns.js";
import { withFile } from "./file-source.node.js";
import { type IpcColumn, recoverIpcFile } from "./ipc-file.js";
import { type BatchToWrite, writeIpcFile } from "./ipc-writer.node.js";
import { JsonFields } from "./json-fields.js";
import { FORMAT_VERSION, type HistoryReference } from "./result-layout.js";
import { decodeSchemaMetadata, encodeSchemaMetadata } from "./schema-metadata.js";
import { bytesOf } from "./typed-bytes.js";

const HISTORY_COLUMNS: readonly IpcColumn[] = [
  { name: "voxel", type: "int32" },
  { name: "score", type: "float32" },
  { name: "rotation", type: "int32" },
];

/** Where the history of the result at `path` belongs: NAME.history.arrow beside NAME.arrow. */
export function historyPath(path: string): string {
  return `${path.replace(/\.arrow$/, "")}.history.arrow`;
}

/**
 * Writes a history as an Arrow IPC file (docs/format.md), a record batch per step: for every voxel that the step improved, the score
 * and rotation it had before. Returns what a result names it with. The file appears complete or not at all. `writeArrow` calls this for a result that has a history.
 */
export async function writeHistory(path: string, history: History): Promise<HistoryReference> {
  const hash = createHash("sha256");
  const fields = HISTORY_COLUMNS.map(
    ({ name, type }) => new Field(name, type === "int32" ? new Int32() : new Float32(), false),
  );
  const json = { format: "rotoscope", version: FORMAT_VERSION, kind: "history", stepCount: history.stepCount };
  await writeIpcFile(path, fields, encodeSchemaMetadata(json), steps(history), (bytes) => hash.update(bytes));
  return { file: basename(path), sha256: hash.digest("hex") };
}

/** A history as it was written, or what was left of it. */
export interface LoadedHistory extends History {
  /** Says what is missing when the file was cut off. */
  readonly warnings: readonly string[];
}

/**
 * Reads a history that `writeHistory` wrote into memory; with `sha256`, the one in a result's reference, only that very file.
 * Of a file that was cut off, without `sha256`, the steps up to its last whole batch are read, and `warnings` says so.
 * Throws a `RotoscopeError`: `file` for a file that is damaged, not ours, or not the result's; `unsupported` for a later version.
 */
export async function readHistory(path: string, options: { readonly sha256?: string } = {}): Promise<LoadedHistory> {
  return withFile(path, async (source) => {
    const { name } = source;
    const file = await recoverIpcFile(source);
    checkColumns(file.columns, HISTORY_COLUMNS, name);
    const { json } = decodeSchemaMetadata(file.metadata, "history", name);
    const planned = new JsonFields(json, name).integer("stepCount", 0);
    if (file.cutOff ? file.batchCount > planned : file.batchCount !== planned)
      throw new RotoscopeError("file", `${name}: ${file.batchCount} batches for ${planned} steps`);
    const stepCount = file.batchCount;
    const lost = `${name} was cut off: ${stepCount} of its ${planned} steps are whole`;
    if (file.cutOff && options.sha256 !== undefined)
      throw new RotoscopeError("file", `${lost}, and states can't be had from the last one without the others`);
    if (options.sha256 !== undefined && options.sha256 !== (await sha256Of(path)))
      throw new RotoscopeError("file", `${name}: belongs to another result (its SHA-256 isn't ${options.sha256})`);

    const loaded: HistoryStep[] = [];
    for (let index = 0; index < stepCount; index++) {
      const columns = checkedColumns(await file.readBatch(index), "step", index + 1, `${name}: batch ${index}`);
      const [voxel, score, rotation] = columns.map((bytes) => bytes.buffer);
      loaded.push({
        voxel: new Int32Array(voxel!),
        score: new Float32Array(score!),
        rotation: new Int32Array(rotation!),
      });
    }
    return {
      stepCount,
      warnings: file.cutOff ? [lost] : [],
      step: (k) => {
        const step = loaded[k - 1];
        if (!step) throw new RotoscopeError("argument", `${name}: step ${k}, there are 1 to ${stepCount}`);
        return step;
      },
    };
  });
}

function* steps(history: History): Iterable<BatchToWrite> {
  for (let k = 1; k <= history.stepCount; k++) {
    const { voxel, score, rotation } = history.step(k);
    if (score.length !== voxel.length || rotation.length !== voxel.length)
      throw new RotoscopeError(
        "shape",
        `step ${k}: ${voxel.length} voxels, ${score.length} scores, ${rotation.length} rotations`,
      );
    const columns = [
      makeData({ type: new Int32(), data: voxel }),
      makeData({ type: new Float32(), data: score }),
      makeData({ type: new Int32(), data: rotation }),
    ];
    yield { columns, bytes: [voxel, score, rotation].map(bytesOf), key: "step", position: k };
  }
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}
