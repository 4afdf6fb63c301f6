import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { matrixFromRelionAngles, picksFromStar, readStar, readStarFile, writePickFile } from "@rotoscope/formats";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pythonHas, runPython } from "../python.js";
import { seededRandom } from "../seeded-random.js";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rotoscope-stars-"));
});
afterAll(() => rm(folder, { recursive: true }));

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe.skipIf(!pythonHas("starfile"))("with starfile in .venv", () => {
  test("tables and lists that starfile writes read the same", async () => {
    const path = join(folder, "theirs.star");
    const tables = runPython(
      `
import sys, json, numpy as np, pandas as pd, starfile
random = np.random.default_rng(1)
particles = pd.DataFrame({"rlnCoordinateX": random.normal(0, 1e3, 500), "tiny": random.normal(0, 1e-7, 500), "count": np.arange(500), "tomogram": [f"TS {i}" if i % 3 else "plain" for i in range(500)]})
starfile.write({"general": {"rlnTomoSize": 3, "rlnName": "a b"}, "particles": particles}, sys.argv[1], overwrite=True, float_format="%.9g")
tables = starfile.read(sys.argv[1])
print(json.dumps({"general": tables["general"], "particles": tables["particles"].to_dict("list")}, default=str))`,
      path,
    ) as { general: Record<string, unknown>; particles: Record<string, unknown[]> };
    const [general, particles] = await readStarFile(path);
    expect(Object.fromEntries([...general!.columns].map(([label, values]) => [label, values[0]]))).toEqual(
      tables.general,
    );
    expect(Object.fromEntries([...particles!.columns].map(([label, values]) => [label, [...values]]))).toEqual(
      tables.particles,
    );
  });

  test("a column of numbers with empty values in it is one of numbers, as for starfile", async () => {
    const path = join(folder, "gaps.star");
    await writeFile(path, 'data_\n\nloop_\n_empty #1\n_first #2\n_last #3\n_text #4\n"" "" 1 x\n"" 2.5 \'\' ""\n');
    const types = runPython(
      "import sys, json, starfile; print(json.dumps(starfile.read(sys.argv[1]).isna().values.tolist()))",
      path,
    );
    expect(types).toEqual([
      [false, true, false, false],
      [false, false, true, false],
    ]);
    const [block] = await readStarFile(path);
    expect(Object.fromEntries(block!.columns)).toEqual({
      empty: ["", ""],
      first: Float64Array.of(Number.NaN, 2.5),
      last: Float64Array.of(1, Number.NaN),
      text: ["x", ""],
    });
  });

  test("RELION 4 and 5, STOPGAP and TSV bring random picks back, through starfile", async () => {
    const angles = Array.from(
      { length: 40 },
      (_, i) => [((i * 37) % 360) - 180, (i * 23) % 180, ((i * 71) % 360) - 180] as const,
    );
    const rotationMapping = new Map(angles.map((triple, i) => [i, matrixFromRelionAngles(...triple)]));
    const picks = angles.map((_, i) => ({ position: [i + 0.25, 2 * i, 50 - i], score: 1 / (i + 2), rotation: i }));
    const about = { shape: [61, 90, 100], voxelSizeAngstrom: [4, 4, 4], tomogramName: "TS_01" };
    for (const format of ["relion5", "relion4", "stopgap", "tsv"] as const) {
      const path = join(folder, `picks.${format === "tsv" ? "tsv" : "star"}`);
      await writePickFile(
        path,
        { picks, rotationMapping, classes: picks.map((_, i) => 1 + (i % 3)) },
        { ...about, format },
      );
      if (format !== "tsv")
        runPython(
          "import sys, starfile; t = starfile.read(sys.argv[1], always_dict=True); starfile.write(t, sys.argv[1], overwrite=True); print(1)",
          path,
        );
      const { readPickFile } = await import("@rotoscope/formats");
      const again = await readPickFile(path, { shape: about.shape });
      again.picks.forEach(({ position, score }, i) => {
        for (const [axis, voxel] of position.entries()) expect(voxel).toBeCloseTo(picks[i]!.position[axis]!, 4);
        expect(score).toBeCloseTo(picks[i]!.score, 5);
        for (const [k, entry] of again.rotationMapping.get(i)!.entries())
          expect(entry).toBeCloseTo(rotationMapping.get(i)![k]!, 5);
        expect(again.classes[i]).toBe(1 + (i % 3));
      });
    }
  });
});

test("a column that turns to text after numbers is text throughout", () => {
  const [block] = readStar(bytes("data_\nloop_\n_a\n_b\n1 2\n3 x # why\n'4 5' 1e3\n"));
  expect(block!.columns.get("a")).toEqual(["1", "3", "4 5"]);
  expect(block!.columns.get("b")).toEqual(["2", "x", "1e3"]);
});

test("numbers are those that JavaScript reads", () => {
  const values = [
    "0.1",
    "-12.345678901234",
    "1e-300",
    "123456789012345678",
    ".5",
    "-0",
    "+7.",
    "9007199254740993",
    "1.7976931348623157e308",
    ...randomNumbers(20_000),
  ];
  const [block] = readStar(bytes(`data_x\nloop_\n_v\n${values.join("\n")}\n`));
  const found = block!.columns.get("v") as Float64Array;
  expect(values.filter((value, i) => !Object.is(found[i], Number(value)))).toEqual([]);
});

/** Numbers of 1 to 20 digits, the point anywhere, one in five with an exponent. */
function randomNumbers(count: number): string[] {
  const random = seededRandom(5);
  return Array.from({ length: count }, () => {
    const digits = Array.from({ length: 1 + random(20) }, () => random(10)).join("");
    const point = random(digits.length + 1);
    const exponent = random(5) === 0 ? `e${random(60) - 30}` : "";
    return `${["", "-", "+"][random(3)]}${digits.slice(0, point)}.${digits.slice(point)}${exponent}`;
  });
}

test("words of any length and letters come out as they are, before and after each other", () => {
  const words = Array.from({ length: 3000 }, (_, i) => `${"wört ".repeat(i % 40)}${i}${i % 7 === 0 ? "🔬" : ""}`);
  const [block] = readStar(
    bytes(`\ufeffdata_x\nloop_\n_w\n_n\n${words.map((word, i) => `"${word}" ${i}`).join("\n")}`),
  );
  expect(block!.columns.get("w")).toEqual(words);
  expect([...(block!.columns.get("n") as Float64Array)]).toEqual(words.map((_, i) => i));
});

test("columns that turn to text late are text throughout, in tables longer than their first room", () => {
  const rows = Array.from({ length: 5000 }, (_, i) => [i, i < 4000 ? i / 4 : `t${i}`, `"${i}"`, i === 4999 ? "x" : 1]);
  const [block] = readStar(bytes(`data_x\nloop_\n_a\n_b\n_c\n_d\n${rows.map((row) => row.join(" ")).join("\n")}\n`));
  expect([...(block!.columns.get("a") as Float64Array)]).toEqual(rows.map(([a]) => a));
  expect(block!.columns.get("b")).toEqual(rows.map(([, b]) => String(b)));
  expect(block!.columns.get("c")).toEqual(rows.map(([a]) => String(a)));
  expect(block!.columns.get("d")!.at(-1)).toBe("x");
});

test.each([
  ["ten million labels", `data_x\nloop_\n${"_a\n".repeat(2e5)}`, "more than 1000 labels"],
  ["a short row", "data_x\nloop_\n_a\n_b\n1 2\n3\n", 'block "x", row 2: 1 values, expected 2'],
  ["a long row", "data_x\nloop_\n_a\n1 2\n", "row 1: more than the 1 values"],
  ["a label twice", "data_x\nloop_\n_a\n_a\n1 2\n", "label a twice"],
  ["a quote that never ends", "data_x\n_a 'b\n", "a quote without its end"],
  ["a word of megabytes", `data_x\n_a ${"b".repeat(2e6)}\n`, "line 2: a word of 2000000 bytes"],
  ["no block", "hello\n", '"hello" before the first block'],
  ["nothing", "", 'no block that starts with "data_"'],
])("%s is an error that names the place", (_, text, message) => {
  expect(() => readStar(bytes(text), "bad.star")).toThrow(message);
});

test("offsets from the origin are in voxels up to RELION 3.0, in angstrom since", () => {
  const star = (label: string): string =>
    `data_\n\nloop_\n${["X", "Y", "Z"].map((axis) => `_rlnCoordinate${axis}\n_rln${label.replace("?", axis)}\n`).join("")}_rlnPixelSize\n10 1 20 2 30 3 4\n`;
  expect(picksFromStar(bytes(star("Origin?")), "old.star").picks[0]!.position).toEqual([27, 18, 9]);
  expect(picksFromStar(bytes(star("Origin?Angst")), "new.star").picks[0]!.position).toEqual([29.25, 19.5, 9.75]);
});

test("of several tables with coordinates the block particles is read, else the first", () => {
  const table = (name: string, x: number): string =>
    `data_${name}\nloop_\n_rlnCoordinateX\n_rlnCoordinateY\n_rlnCoordinateZ\n${x} 2 3\n`;
  const readX = (...tables: string[]): number =>
    picksFromStar(bytes(tables.join("\n")), "two.star").picks[0]!.position[2]!;
  expect(readX(table("block_1", 1), table("block_2", 9))).toBe(1);
  expect(readX(table("block_1", 1), table("particles", 9))).toBe(9);
  expect(readX("data_general\n_rlnTomoSubTomosAre2DStacks 0\n", table("", 5), table("others", 9))).toBe(5);
});

test("RELION 5 without the tomogram's shape, text for numbers and a missing column are errors", () => {
  const centred =
    "data_particles\nloop_\n_rlnCenteredCoordinateXAngst\n_rlnCenteredCoordinateYAngst\n_rlnCenteredCoordinateZAngst\n1 2 3\n";
  expect(() => picksFromStar(bytes(centred), "five.star")).toThrow("five.star: its coordinates count from the centre");
  expect(() => picksFromStar(bytes("data_\nloop_\n_rlnCoordinateX\n_rlnCoordinateY\n1 2\n"), "two.star")).toThrow(
    "no column rlnCoordinateZ",
  );
  expect(() =>
    picksFromStar(bytes("data_\nloop_\n_rlnCoordinateX\n_rlnCoordinateY\n_rlnCoordinateZ\n1 x 2\n"), "text.star"),
  ).toThrow('CoordinateY is "x" in row 1');
});

test("the file stays as it is when writing fails", async () => {
  const path = join(folder, "kept.star");
  await writeFile(path, "before");
  const picks = [{ position: [1, 2, 3], score: 1, rotation: -1 }];
  const about = { shape: [4, 4, 4], voxelSizeAngstrom: [1, 1, 1], tomogramName: "t" };
  await expect(writePickFile(path, { picks, rotationMapping: new Map() }, about)).rejects.toMatchObject({
    code: "argument",
  });
  const { readFile } = await import("node:fs/promises");
  expect(await readFile(path, "utf8")).toBe("before");
});
