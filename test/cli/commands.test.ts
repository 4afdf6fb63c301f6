import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readArrow } from "@rotoscope/arrow";
import { writeVolume } from "@rotoscope/formats";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { checkout } from "../machine.js";
import { referenceFloats, volumeOf } from "../matching/reference-maps.js";

const program = join(checkout, "packages/rotoscope/bin/rotoscope.js");
let folder = "";

function rotoscope(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [program, ...args], { cwd: folder, encoding: "utf8" });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rotoscope cli "));
  await writeVolume(join(folder, "target.mrc"), volumeOf(referenceFloats("target")));
  await writeVolume(join(folder, "template.mrc"), volumeOf(referenceFloats("template")));
});
afterAll(() => rm(folder, { recursive: true }));

describe("the command line", () => {
  test("matches, describes, picks and writes a page", async () => {
    const matched = rotoscope(
      "match",
      "target.mrc",
      "template.mrc",
      "--angular-sampling",
      "60",
      "--history",
      "-o",
      "r.arrow",
      "--json",
    );
    expect(matched.status).toBe(0);
    expect(matched.stderr).toContain("100 % | 69/69 rotations");
    const result = await readArrow(join(folder, "r.arrow"));
    expect(result.scores.shape).toEqual([18, 23, 21]);
    expect(result.history!.stepCount).toBe(69);
    const found = JSON.parse(matched.stdout) as { best: { score: number; position: [number, number, number] } };
    const [z, y, x] = found.best.position;
    const best = (z * 23 + y) * 21 + x;
    const rotation = result.rotations.data[best]!;
    expect(found).toEqual({
      output: "r.arrow",
      history: "r.history.arrow",
      best: {
        score: Math.max(...result.scores.data),
        position: [z, y, x],
        rotation,
        matrix: [...result.rotationMapping.get(rotation)!],
      },
      rotations: 69,
      seconds: expect.any(Number),
      complete: true,
    });
    expect(result.scores.data[best]).toBe(found.best.score);
    expect(result.provenance!.inputs.map(({ name, role }) => [name, role])).toEqual([
      ["target.mrc", "target"],
      ["template.mrc", "template"],
    ]);

    const facts = JSON.parse(rotoscope("info", "r.arrow", "--json").stdout) as Record<string, unknown>;
    expect(facts).toMatchObject({ shape: [18, 23, 21], rotations: 69, history: "r.history.arrow" });
    expect(facts.maximum).toBe(Math.max(...result.scores.data));

    const picked = rotoscope("peaks", "r.arrow", "--num-peaks", "5", "--min-distance", "3", "-o", "p.star");
    expect(picked.status).toBe(0);
    expect(picked.stdout.split("\n")[1]).toMatch(new RegExp(`^${Math.max(...result.scores.data).toFixed(4)} `));
    const star = await readFile(join(folder, "p.star"), "utf8");
    expect(star.split("\n").filter((line) => line.startsWith("target\t"))).toHaveLength(5);

    expect(rotoscope("view", "r.arrow", "--target", "target.mrc", "-o", "page.html").status).toBe(0);
    expect(await readFile(join(folder, "page.html"), "utf8")).toContain('id="rotoscope-payload"');
    expect((await readdir(folder)).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  test("interrupted, writes what was found so far and exits with 130", async () => {
    const args = ["match", "target.mrc", "template.mrc", "--angular-sampling", "5", "-o", "part.arrow"];
    const child = spawn(process.execPath, [program, ...args], { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
    child.stderr.once("data", () => setTimeout(() => child.kill("SIGINT"), 1500));
    const [status] = (await once(child, "exit")) as [number | null];
    expect(status).toBe(130);
    const part = await readArrow(join(folder, "part.arrow"));
    expect(part.rotationMapping.size).toBeGreaterThan(0);
    expect(part.rotationMapping.size).toBeLessThan(118_000);
  });

  test("damaged and missing files give one line and status 1", async () => {
    await writeFile(join(folder, "bad.arrow"), (await readFile(join(folder, "r.arrow"))).subarray(0, 5000));
    for (const args of [
      ["info", "bad.arrow"],
      ["peaks", "absent.arrow"],
      ["match", "absent.mrc", "template.mrc"],
    ]) {
      const { status, stderr } = rotoscope(...args);
      expect(status).toBe(1);
      expect(stderr.trim().split("\n")).toHaveLength(1);
      expect(stderr).toContain(args[1]);
    }
    expect(existsSync(join(folder, "result.arrow"))).toBe(false);
  });

  test.each([
    [[], ""],
    [["fly"], 'no command "fly"'],
    [["match", "target.mrc"], "takes TARGET and TEMPLATE"],
    [["match", "target.mrc", "template.mrc", "--workers", "-1"], "workers: -1, expected"],
    [["peaks", "r.arrow", "-o", "picks.mrc"], 'picks.mrc: ends in ".mrc", expected .star, .tsv or .arrow'],
    [["match", "target.mrc", "template.mrc", "--workers", "two"], '--workers: "two"'],
    [["match", "target.mrc", "template.mrc", "--mask", "m.mrc", "--mask-radius", "3"], "--mask and --mask-radius"],
    [["peaks", "r.arrow", "--colour"], "--colour"],
    [["kernel", "paint"], '"paint"'],
  ])("wrong usage %j gives status 2", (args, message) => {
    const { status, stderr } = rotoscope(...args);
    expect(status).toBe(2);
    expect(stderr).toContain(message);
  });

  test("a folder that isn't there is noticed before the search", () => {
    const { status, stderr } = rotoscope("match", "target.mrc", "template.mrc", "-o", "absent/r.arrow");
    expect(status).toBe(1);
    expect(stderr).toMatch(/^rotoscope match: absent\/r\.arrow: can't be written .*\n$/);
  });

  test("every command has a help that names its options", () => {
    for (const name of ["match", "merge", "peaks", "convert", "info", "view", "lab", "kernel"]) {
      const { status, stdout } = rotoscope(name, "--help");
      expect(status).toBe(0);
      expect(stdout).toMatch(new RegExp(`^rotoscope ${name} `));
    }
  });
});
