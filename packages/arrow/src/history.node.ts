import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { basename } from "node:path";
import { pipeline } from "node:stream/promises";
import { type History, type HistoryStep, historyOf, RotoscopeError } from "@rotoscope/core";
import { Field, Float32, Int32, makeData } from "apache-arrow";
import { withFile } from "./file-source.node.js";
import { HISTORY_COLUMNS, openHistory } from "./history-file.js";
import { type BatchToWrite, writeIpcFile } from "./ipc-writer.node.js";
import { jsonNumber } from "./json-fields.js";
import { FORMAT_VERSION, type HistoryReference } from "./result-layout.js";
import { encodeSchemaMetadata } from "./schema-metadata.js";
import { type StoredStep, storedHistory } from "./stored-history.node.js";
import { bytesOf } from "./typed-bytes.js";

const DEFAULT_MEMORY = 2 ** 31;

/** Where the history of the result at `path` belongs: NAME.history.arrow beside NAME.arrow. */
export function historyPath(path: string): string {
  return `${path.replace(/\.arrow$/, "")}.history.arrow`;
}

/** What a history's file says beside its steps. */
export interface HistoryDetails {
  /** Shape of the map whose voxels they are; by default not said. */
  readonly shape?: readonly number[];
  /** Only improvements to scores above it were recorded; default: the history's, or all. */
  readonly above?: number;
}

/**
 * Writes a history as an Arrow IPC file (docs/format.md), a record batch per step: for every voxel that the step improved, the score
 * and rotation it had before. Returns what a result names it with. The file appears complete or not at all. `writeArrow` calls this for a result that has a history.
 */
export function writeHistory(path: string, history: History, details: HistoryDetails = {}): Promise<HistoryReference> {
  const { stepCount, above } = history;
  const steps = function* (): Iterable<HistoryStep> {
    for (let k = 1; k <= stepCount; k++) yield history.step(k);
  };
  return writeHistorySteps(path, stepCount, steps(), { ...(above !== undefined && { above }), ...details });
}

/** Writes a history whose `stepCount` steps are made one by one. */
export async function writeHistorySteps(
  path: string,
  stepCount: number,
  steps: Iterable<HistoryStep> | AsyncIterable<HistoryStep>,
  { shape, above = Number.NEGATIVE_INFINITY }: HistoryDetails,
): Promise<HistoryReference> {
  const hash = createHash("sha256");
  const fields = HISTORY_COLUMNS.map(
    ({ name, type }) => new Field(name, type === "int32" ? new Int32() : new Float32(), false),
  );
  const json = {
    format: "rotoscope",
    version: FORMAT_VERSION,
    kind: "history",
    stepCount,
    historyAbove: jsonNumber(above),
    ...(shape && { shape }),
  };
  await writeIpcFile(path, fields, encodeSchemaMetadata(json), batches(steps), (bytes) => hash.update(bytes));
  return { file: basename(path), sha256: hash.digest("hex") };
}

async function* batches(steps: Iterable<HistoryStep> | AsyncIterable<HistoryStep>): AsyncIterable<BatchToWrite> {
  let k = 0;
  for await (const { voxel, score, rotation } of steps) {
    k++;
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

/** A history as it was written, or what was left of it. */
export interface LoadedHistory extends History {
  readonly kind: "history";
  /** Says what is missing when the file was cut off, and what was not recorded. */
  readonly warnings: readonly string[];
}

/** How to read a history. */
export interface HistoryReadOptions {
  /** Only the file with this SHA-256, the one in a result's reference. */
  readonly sha256?: string;
  /** Shape of the map whose voxels its entries must be; default: what the file says, or any. */
  readonly shape?: readonly number[];
  /** A file of more bytes stays on the disk, and its steps are read when they are asked for. Default 2^31, 2 GiB. */
  readonly memory?: number;
}

/**
 * Reads a history that `writeHistory` wrote. Of a file that was cut off, without `sha256`, the steps up to its last whole batch are read, and `warnings` says so.
 * Throws a `RotoscopeError`: `file` for a file that is damaged, not ours, or not the result's; `unsupported` for a later version.
 */
export async function readHistory(path: string, options: HistoryReadOptions = {}): Promise<LoadedHistory> {
  return withFile(path, async (source) => {
    const { name } = source;
    const file = await openHistory(source, options.shape);
    const { stepCount, above } = file;
    const lost = `${name} was cut off: ${stepCount} of its ${file.plannedSteps} steps are whole`;
    if (file.cutOff && options.sha256 !== undefined)
      throw new RotoscopeError("file", `${lost}, and states can't be had from the last one without the others`);
    if (options.sha256 !== undefined && options.sha256 !== (await sha256Of(path)))
      throw new RotoscopeError("file", `${name}: belongs to another result (its SHA-256 isn't ${options.sha256})`);

    const stays = source.size > (options.memory ?? DEFAULT_MEMORY);
    const steps: HistoryStep[] = [];
    const places: StoredStep[] = [];
    for (let k = 1; k <= stepCount; k++) {
      const { positions, crc, ...step } = await file.readStep(k);
      if (stays) places.push({ positions, count: step.voxel.length, crc });
      else steps.push(step);
    }
    const partly =
      above > Number.NEGATIVE_INFINITY
        ? [
            `${name} has improvements to scores above ${above} alone: other voxels show what they had before, or how they ended`,
          ]
        : [];
    return {
      ...(stays ? storedHistory(path, places) : historyOf(steps)),
      kind: "history",
      ...(above > Number.NEGATIVE_INFINITY && { above }),
      warnings: [...(file.cutOff ? [lost] : []), ...partly],
    };
  });
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}
