import { type Peak, RotoscopeError } from "@rotoscope/core";
import { type Data, Field, FixedSizeList, Float32, Int32, makeData } from "apache-arrow";
import type { BatchToWrite } from "./ipc-writer.node.js";
import { axisNames, FORMAT_VERSION } from "./result-layout.js";
import { encodeSchemaMetadata } from "./schema-metadata.js";
import { bytesOf } from "./typed-bytes.js";

/** What a file of peaks holds beside them. */
export interface PeaksDetails {
  readonly rotationMapping: ReadonlyMap<number, Float32Array>;
  /** Shape of the map that the peaks were found in. */
  readonly shape: readonly number[];
  /** Edge of a voxel in angstrom, per axis; 0 = unknown, the default. */
  readonly voxelSizeAngstrom?: readonly number[];
}

/** A file of peaks before it is written: its schema and its only batch. Throws a `RotoscopeError` (`argument`) for a peak whose rotation has no matrix. */
export function peaksBatch(
  peaks: readonly Peak[],
  details: PeaksDetails,
): { readonly fields: Field[]; readonly metadata: Map<string, string>; readonly batch: BatchToWrite } {
  const axes = axisNames(details.shape.length);
  const [first] = details.rotationMapping.values();
  const matrixLength = first?.length ?? 9;
  const matrices = new Float32Array(peaks.length * matrixLength);
  peaks.forEach(({ position, rotation }, index) => {
    const matrix = details.rotationMapping.get(rotation);
    if (matrix?.length !== matrixLength || position.length !== axes.length)
      throw new RotoscopeError("argument", `peak ${index} at [${position.join(", ")}] has rotation ${rotation}`);
    matrices.set(matrix, index * matrixLength);
  });
  const places = axes.map((_, axis) => Int32Array.from(peaks, ({ position }) => position[axis] ?? 0));
  const score = Float32Array.from(peaks, (peak) => peak.score);
  const rotation = Int32Array.from(peaks, (peak) => peak.rotation);

  const matrixSize = Math.sqrt(matrixLength);
  const entry = new Field("item", new Float32(), false);
  const tensor = new Map([
    ["ARROW:extension:name", "arrow.fixed_shape_tensor"],
    ["ARROW:extension:metadata", JSON.stringify({ shape: [matrixSize, matrixSize] })],
  ]);
  const fields: Field[] = [
    ...axes.map((axis) => new Field(axis, new Int32(), false)),
    new Field("score", new Float32(), false),
    new Field("rotation", new Int32(), false),
    new Field("matrix", new FixedSizeList(matrixLength, entry), false, tensor),
  ];
  const columns: Data[] = [
    ...places.map((data) => makeData({ type: new Int32(), data })),
    makeData({ type: new Float32(), data: score }),
    makeData({ type: new Int32(), data: rotation }),
    makeData({
      type: new FixedSizeList(matrixLength, entry),
      length: peaks.length,
      nullCount: 0,
      child: makeData({ type: new Float32(), data: matrices }),
    }),
  ];
  const metadata = encodeSchemaMetadata({
    format: "rotoscope",
    version: FORMAT_VERSION,
    kind: "peaks",
    axes,
    shape: details.shape,
    voxelSizeAngstrom: details.voxelSizeAngstrom ?? axes.map(() => 0),
    matrixConvention: "array axis order; maps target to template coordinates",
  });
  const bytes = [...places, score, rotation, matrices].map(bytesOf);
  return { fields, metadata, batch: { columns, bytes, key: "start", position: 0 } };
}
