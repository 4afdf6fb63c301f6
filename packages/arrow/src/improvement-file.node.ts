import { randomBytes } from "node:crypto";
import { basename, dirname, join } from "node:path";
import { RotoscopeError } from "@rotoscope/core";
import { Field, Float32, Int32, makeData } from "apache-arrow";
import { checkColumns, checkedColumns } from "./checked-columns.js";
import { withFile } from "./file-source.node.js";
import { type IpcColumn, recoverIpcFile } from "./ipc-file.js";
import { appendIpcBatches, type BatchToWrite } from "./ipc-writer.node.js";
import { FORMAT_VERSION } from "./result-layout.js";
import { decodeSchemaMetadata, encodeSchemaMetadata } from "./schema-metadata.js";
import type { RangeImprovements, SearchState } from "./search-state.js";
import { bytesOf } from "./typed-bytes.js";

/** How much of which file beside a state belongs to it. */
export interface ImprovementReference {
  /** File name, in the folder of the state. */
  readonly file: string;
  /** Bytes of it; what comes after them is of a later state that wasn't saved. */
  readonly bytes: number;
}

const COLUMNS: readonly IpcColumn[] = [
  { name: "voxel", type: "int32" },
  { name: "score", type: "float32" },
];

/**
 * The improvements of one search as a file that grows from state to state, so that saving costs what is new: NAME.TOKEN.improvements.arrow
 * beside NAME.arrow.
 */
export class ImprovementFile {
  readonly #path: string;
  #written: readonly RangeImprovements[] = [];
  #bytes = 0;

  constructor(statePath: string) {
    const token = randomBytes(4).toString("hex");
    this.#path = `${statePath.replace(/\.arrow$/, "")}.${token}.improvements.arrow`;
  }

  /** Whether these are what it holds and more of the same. */
  continues(improvements: readonly RangeImprovements[]): boolean {
    return this.#written.every((range, index) => range === improvements[index]);
  }

  /** Appends what is new of all the improvements so far. */
  async append(improvements: readonly RangeImprovements[]): Promise<ImprovementReference> {
    const fields = COLUMNS.map(
      ({ name, type }) => new Field(name, type === "int32" ? new Int32() : new Float32(), false),
    );
    const metadata = encodeSchemaMetadata({ format: "rotoscope", version: FORMAT_VERSION, kind: "improvements" });
    const added = improvements.slice(this.#written.length);
    if (added.length > 0 || this.#bytes === 0)
      this.#bytes = await appendIpcBatches(this.#path, fields, metadata, batches(added));
    this.#written = [...improvements];
    return { file: basename(this.#path), bytes: this.#bytes };
  }
}

/** Reads what a state refers to. Throws a `RotoscopeError` (`file`) when it is missing, damaged, or not what the state says. */
export function readImprovements(
  statePath: string,
  { file, bytes }: ImprovementReference,
  done: SearchState["done"],
  voxelCount: number,
): Promise<RangeImprovements[]> {
  return withFile(join(dirname(statePath), file), async (source) => {
    const { name } = source;
    if (bytes > source.size)
      throw new RotoscopeError("file", `${name}: ${source.size} bytes, the state needs ${bytes}`);
    const log = await recoverIpcFile({ ...source, size: bytes });
    decodeSchemaMetadata(log.metadata, "improvements", name);
    checkColumns(log.columns, COLUMNS, name);
    const count = done.reduce((sum, [from, to]) => sum + to - from, 0);
    if (log.batchCount !== count)
      throw new RotoscopeError("file", `${name}: ${log.batchCount} batches for ${count} rotations`);
    const ranges: RangeImprovements[] = [];
    let batch = 0;
    for (const [from, to] of done) {
      const voxels: Int32Array[] = [];
      const scores: Float32Array[] = [];
      for (let rotation = from; rotation < to; rotation++, batch++) {
        const what = `${name}: batch ${batch}`;
        const [voxel, score] = checkedColumns(await log.readBatch(batch), "rotation", rotation, what);
        voxels.push(new Int32Array(voxel!.buffer));
        scores.push(new Float32Array(score!.buffer));
        const stray = voxels.at(-1)!.find((index) => index < 0 || index >= voxelCount);
        if (stray !== undefined) throw new RotoscopeError("file", `${what}: voxel ${stray} of ${voxelCount}`);
      }
      let end = 0;
      const ends = Float64Array.from(voxels, ({ length }) => (end += length));
      ranges.push({
        from,
        voxels: joined(new Int32Array(end), voxels),
        scores: joined(new Float32Array(end), scores),
        ends,
      });
    }
    return ranges;
  });
}

function* batches(ranges: readonly RangeImprovements[]): Iterable<BatchToWrite> {
  for (const { from, voxels, scores, ends } of ranges) {
    let start = 0;
    for (const [index, end] of ends.entries()) {
      const voxel = voxels.subarray(start, end);
      const score = scores.subarray(start, end);
      const columns = [makeData({ type: new Int32(), data: voxel }), makeData({ type: new Float32(), data: score })];
      yield { columns, bytes: [bytesOf(voxel), bytesOf(score)], key: "rotation", position: from + index };
      start = end;
    }
  }
}

function joined<T extends Int32Array | Float32Array>(into: T, parts: readonly T[]): T {
  let at = 0;
  for (const part of parts) {
    into.set(part, at);
    at += part.length;
  }
  return into;
}
