import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readArrow, saveState, writeArrow, writePeaks } from "@rotoscope/arrow";
import { type AnalyzerResult, analyzerResult, type HistoryStep, ndarray, rotationSet } from "@rotoscope/core";
import { match } from "@rotoscope/matching";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pythonHas, runPython } from "../python.js";

const SHAPE = [5, 4, 6];
const MATRIX_OF_2 = [0, 1, 0, -1, 0, 0, 0, 0, 1];
const scores = Float32Array.from({ length: 120 }, (_, i) => Math.fround(Math.sin(i * 2.3)));
const rotations = Int32Array.from({ length: 120 }, (_, i) => (i % 4) - 1);
const best = scores.indexOf(Math.max(...scores));
rotations[best] = 2;

const result: AnalyzerResult = analyzerResult({
  scores: ndarray(scores, SHAPE),
  offset: [0, 1, 2],
  rotations: ndarray(rotations, SHAPE),
  rotationMapping: new Map([
    [0, Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1)],
    [1, Float32Array.of(-1, 0, 0, 0, -1, 0, 0, 0, 1)],
    [2, Float32Array.from(MATRIX_OF_2)],
  ]),
  meanSquare: 0.25,
});
const steps: HistoryStep[] = [
  { voxel: Int32Array.of(7, 8), score: Float32Array.of(0, 0), rotation: Int32Array.of(-1, -1) },
  { voxel: new Int32Array(0), score: new Float32Array(0), rotation: new Int32Array(0) },
  { voxel: Int32Array.of(8), score: Float32Array.of(0.125), rotation: Int32Array.of(0) },
];

let folder = "";
let path = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rotoscope-arrow-"));
  path = join(folder, "result.arrow");
  await writeArrow(path, result, {
    voxelSizeAngstrom: [1, 2, 3],
    history: { stepCount: 3, step: (k) => steps[k - 1]! },
  });
  await writePeaks(
    join(folder, "peaks.arrow"),
    [
      { position: [1, 2, 3], score: 0.5, rotation: 2 },
      { position: [4, 0, 1], score: -0.25, rotation: 1 },
    ],
    { ...result, shape: SHAPE },
  );
});
let rotationsDone = 0;
beforeAll(async () => {
  const volume = (length: number, seed: number) => ({
    ...ndarray(
      Float32Array.from({ length: length ** 3 }, (_, i) => Math.sin(i * i * seed)),
      [length, length, length],
    ),
    voxelSizeAngstrom: [1, 1, 1],
    originAngstrom: [0, 0, 0],
  });
  const search = match({
    target: volume(12, 0.37),
    template: volume(5, 0.21),
    rotations: rotationSet({ angularSamplingDegrees: 50 }),
    workers: 2,
  });
  await search;
  await saveState(join(folder, "run.state.arrow"), search);
  rotationsDone = (await search).rotationMapping.size;
});
afterAll(() => rm(folder, { recursive: true }));

describe.skipIf(!pythonHas("pyarrow", "numpy"))("with pyarrow in .venv", () => {
  test.skipIf(!pythonHas("polars", "duckdb"))(
    "the Python of docs/format.md reads result, peaks, history and state by hand",
    async () => {
      const page = await readFile(new URL("../../docs/format.md", import.meta.url), "utf8");
      const blocks = [...page.matchAll(/```python\n(.*?)```/gs)].map(([, code]) => code);
      expect(blocks).toHaveLength(6);
      const script = `import os, sys\nos.chdir(sys.argv[1])\n${blocks.join("\n")}
print(json.dumps([about["shape"], scores.ravel().tolist(), rotations.ravel().tolist(), [int(i) for i in best], matrix.ravel().tolist(),
  peaks.drop_columns(["matrix"]).to_pydict(), peak_matrices[0].ravel().tolist(),
  scores_then[[7, 8]].tolist(), rotations_then[[7, 8]].tolist(), len(by_rotation), int(winners.max()),
  highest, sorted(voxels_of_rotation), len(peak_frame), [list(row[:3]) + list(row[3]) for row in above], len(whole_steps)]))`;
      expect(runPython(script, folder)).toEqual([
        SHAPE,
        [...scores],
        [...rotations],
        [Math.floor(best / 24), Math.floor(best / 6) % 4, best % 6],
        MATRIX_OF_2,
        { z: [1, 4], y: [2, 0], x: [3, 1], score: [0.5, -0.25], rotation: [2, 1] },
        MATRIX_OF_2,
        [scores[7], 0.125],
        [rotations[7], 0],
        rotationsDone,
        expect.any(Number),
        Math.max(...scores),
        [0, 1, 2].map((rotation) => [rotation, rotations.filter((found) => found === rotation).length]),
        2,
        [[1, 2, 3, ...MATRIX_OF_2]],
        3,
      ]);
    },
  );

  test("the columns are float32 and int32 without nulls, and every batch says where it belongs", () => {
    const script = `
import sys, json, pyarrow as pa
f = pa.ipc.open_file(sys.argv[1])
f.read_all().validate(full=True)
places = [f.get_batch_with_custom_metadata(i).custom_metadata[b"z"].decode() for i in range(f.num_record_batches)]
print(json.dumps([[str(field) for field in f.schema], places]))`;
    expect(runPython(script, path)).toEqual([
      ["pyarrow.Field<score: float not null>", "pyarrow.Field<rotation: int32 not null>"],
      ["0", "1", "2", "3", "4"],
    ]);
  });

  test("a file that lost its end is still a stream up to there", () => {
    const script = `
import sys, json, pyarrow as pa
data = open(sys.argv[1], "rb").read()
cut = data[8:len(data) * 6 // 10]
batches = []
try:
    for batch in pa.ipc.open_stream(cut): batches.append(batch["score"].to_pylist())
except (pa.ArrowInvalid, OSError): pass
print(json.dumps(batches))`;
    const batches = runPython(script, path) as number[][];
    expect(batches.length).toBeGreaterThan(0);
    expect(batches[0]).toEqual([...scores.slice(0, 24)]);
  });

  test.each([
    ["in one batch", "table.combine_chunks()"],
    ["in batches of 7 rows", "table.combine_chunks()", 7],
    [
      "with nullable columns in another order",
      'table.select(["rotation", "score"]).cast(pa.schema([pa.field("rotation", pa.int32()), pa.field("score", pa.float32())], table.schema.metadata))',
    ],
  ])("a file that pyarrow has rewritten %s is read when asked for, and marked", async (_, change, rows = 100_000) => {
    const rewritten = join(folder, "rewritten.arrow");
    rewrite(`${change}`, rewritten, rows);
    await expect(readArrow(rewritten)).rejects.toMatchObject({ code: expect.stringMatching("file|unsupported") });
    const loaded = await readArrow(rewritten, { tolerant: true, history: false });
    expect([...loaded.scores.data]).toEqual([...scores]);
    expect([...loaded.rotations.data]).toEqual([...rotations]);
    expect(loaded.rotationMapping).toEqual(result.rotationMapping);
    expect(loaded.checked).toBe(false);
    expect(loaded.warnings).toEqual([expect.stringMatching(/^read without checks, damage would not show: /)]);
  });

  test("nulls become the threshold and no rotation", async () => {
    const rewritten = join(folder, "nulls.arrow");
    const nulls =
      'pa.table([pa.array([None if i == 9 else v for i, v in enumerate(table["score"].to_pylist())], pa.float32()), pa.array([None if i == 9 else v for i, v in enumerate(table["rotation"].to_pylist())], pa.int32())], schema=pa.schema([pa.field("score", pa.float32()), pa.field("rotation", pa.int32())], table.schema.metadata))';
    rewrite(nulls, rewritten);
    const loaded = await readArrow(rewritten, { tolerant: true, history: false });
    expect([...loaded.scores.data]).toEqual([...scores.with(9, 0)]);
    expect([...loaded.rotations.data]).toEqual([...rotations.with(9, -1)]);
  });

  test.each([
    ["fewer rows", "table.slice(1)", "119 rows for shape [5, 4, 6]"],
    ["more rows", "pa.concat_tables([table, table])", "more than the 120 rows"],
    [
      "another type",
      'table.set_column(0, "score", table["score"].cast(pa.float64()))',
      'column "score" is neither float32 nor int32',
    ],
    ["no metadata", "table.replace_schema_metadata(None)", "not one of rotoscope's"],
  ])("a rewritten file with %s is refused all the same", async (_, change, message) => {
    const rewritten = join(folder, "refused.arrow");
    rewrite(change, rewritten);
    await expect(readArrow(rewritten, { tolerant: true })).rejects.toThrow(message);
  });

  test("an intact file is checked with the tolerant mode too", async () => {
    expect(await readArrow(path, { tolerant: true })).toMatchObject({ checked: true, warnings: [] });
  });

  /** Has pyarrow write `table`, changed, again. */
  function rewrite(change: string, to: string, rows = 100_000): void {
    const script = `
import sys, pyarrow as pa
table = pa.ipc.open_file(sys.argv[1]).read_all()
table = ${change}
with pa.ipc.new_file(sys.argv[2], table.schema) as writer: writer.write_table(table, max_chunksize=${rows})
print(table.num_rows)`;
    runPython(script, path, to);
  }
});

test.skipIf(!pythonHas("polars"))(
  "a file that polars has rewritten is refused: it has lost shape and matrices",
  async () => {
    const rewritten = join(folder, "polars.arrow");
    runPython(
      `
import sys, polars
polars.read_ipc(sys.argv[1]).write_ipc(sys.argv[2])
print(1)`,
      path,
      rewritten,
    );
    await expect(readArrow(rewritten, { tolerant: true })).rejects.toMatchObject({
      code: expect.stringMatching("file|unsupported"),
    });
  },
);

test.skipIf(!pythonHas("polars"))("polars in .venv reads the same columns", () => {
  const script = `
import sys, json, polars
frame = polars.read_ipc(sys.argv[1])
print(json.dumps([frame.columns, [str(t) for t in frame.dtypes], frame["score"].to_list(), frame["rotation"].to_list()]))`;
  expect(runPython(script, path)).toEqual([["score", "rotation"], ["Float32", "Int32"], [...scores], [...rotations]]);
});

test.skipIf(!pythonHas("polars", "duckdb", "pyarrow"))(
  "polars, and DuckDB through pyarrow, read all four kinds",
  () => {
    const script = `
import sys, os, json, duckdb, polars, pyarrow as pa
os.chdir(sys.argv[1])
found = []
for name in ["result.arrow", "result.history.arrow", "run.state.arrow", "peaks.arrow"]:
    table = pa.ipc.open_file(name).read_all()
    rows = table
    count, highest = duckdb.sql("select count(*), max(score) from rows").fetchall()[0]
    frame = polars.read_ipc(name)
    found.append([frame.columns == table.column_names, len(frame) == count == table.num_rows, frame["score"].max() == highest, count])
print(json.dumps(found))`;
    expect(runPython(script, folder)).toEqual([120, 3, 12 ** 3, 2].map((count) => [true, true, true, count]));
  },
);

test.skipIf(!pythonHas("duckdb", "pyarrow"))("DuckDB in .venv, through pyarrow, reads the same columns", () => {
  const script = `
import sys, json, duckdb, pyarrow as pa
result = pa.ipc.open_file(sys.argv[1]).read_all()
print(json.dumps(duckdb.sql("select count(*), max(score), min(score), min(rotation), sum(rotation)::int from result").fetchall()[0]))`;
  const sum = rotations.reduce((total, rotation) => total + rotation, 0);
  expect(runPython(script, path)).toEqual([120, Math.max(...scores), Math.min(...scores), -1, sum]);
});
