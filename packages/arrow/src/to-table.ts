import type { ResultFields } from "@rotoscope/core";
import { Field, Float32, Int32, makeData, RecordBatch, Schema, Struct, Table } from "apache-arrow";

/** The columns of `toTable`. */
export type ResultColumns = { score: Float32; rotation: Int32 };

/** A result as an apache-arrow Table for one's own work: columns `score` and `rotation`, a row per voxel in C order, without copying. */
export function toTable({ scores, rotations }: ResultFields): Table<ResultColumns> {
  const fields = [new Field("score", new Float32(), false), new Field("rotation", new Int32(), false)];
  const children = [
    makeData({ type: new Float32(), data: scores.data }),
    makeData({ type: new Int32(), data: rotations.data }),
  ];
  const struct = makeData({
    type: new Struct<ResultColumns>(fields),
    length: scores.data.length,
    nullCount: 0,
    children,
  });
  return new Table([new RecordBatch(new Schema<ResultColumns>(fields), struct)]);
}
