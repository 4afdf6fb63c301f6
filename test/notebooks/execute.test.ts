import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { checkout, jupyterEnvironment, python } from "../machine.js";

interface Output {
  readonly output_type: string;
  readonly text?: string | string[];
  readonly data?: Record<string, unknown>;
}
interface Notebook {
  readonly cells: { cell_type: string; outputs?: Output[] }[];
}

const notebooks = ["01-microtubule.ipynb", "02-analyzer.ipynb", "03-from-pytme.ipynb", "04-compare.ipynb"];
const ready = existsSync(python);
const folder = mkdtempSync(join(tmpdir(), "rotoscope-notebooks-"));
afterAll(() => rmSync(folder, { recursive: true }));

function textOf(notebook: Notebook): string {
  const outputs = notebook.cells.flatMap((cell) => cell.outputs ?? []);
  return outputs.flatMap(({ text }) => text ?? []).join("");
}

function views(notebook: Notebook): Record<string, unknown>[] {
  return notebook.cells
    .flatMap((cell) => cell.outputs ?? [])
    .flatMap(({ data }) => (data && "application/vnd.rotoscope.view+json" in data ? [data] : []));
}

/** What every reader of the notebook should find in its output, saved or fresh. */
const expectations: Record<string, (text: string) => void> = {
  "01-microtubule.ipynb": (text) => {
    expect(text).toMatch(/warning: \d+ of the 100 highest scores sit where the target hardly varies/);
    expect(text).toContain("0 warnings");
    const [, found, share] = /(\d+) of 100 picks are on the wall, which is (\d+) % of the volume/.exec(text)!;
    expect(Number(found)).toBeGreaterThan(60);
    expect(Number(share)).toBeLessThan(25);
  },
  "02-analyzer.ipynb": (text) => {
    expect(text).toContain("best score  0.999957");
    expect(text).toContain("translation [ 33, 23 ]");
    expect(text.match(/true/g)).toHaveLength(2);
  },
  "03-from-pytme.ipynb": (text) => {
    expect(text).toContain("pyTME 0.3.4a1: FLCSphericalMask, 30 degrees");
    const [, found, picks, share] = /(\d+) of (\d+) picks above 0.28 are on the wall, which is (\d+) %/.exec(text)!;
    expect(Number(found) / Number(picks)).toBeGreaterThan((2 * Number(share)) / 100);
    expect(text).toContain(`${picks} picks in 03-from-pytme.star, 0 of them elsewhere`);
  },
  "04-compare.ipynb": (text) => {
    const [, median, most] = /half differ by less than (\S+), all by less than (\S+)\n/.exec(text)!;
    expect(Number(median)).toBeLessThan(1e-5);
    expect(Number(most)).toBeLessThan(2e-3);
    const [, shared, onlyA, onlyC] = /(\d+) picks shared, (\d+) in A only, (\d+) in C only/.exec(text)!;
    expect(Number(shared) + Number(onlyA)).toBe(60);
    expect(Number(shared)).toBeGreaterThan(40);
    expect(Number(onlyC)).toBeGreaterThan(0);
  },
};

describe("a committed notebook", () => {
  test.each(notebooks)("%s has its outputs and stays below 3 MB, each output below 1 MB", (name) => {
    const path = join(checkout, "notebooks", name);
    const notebook = JSON.parse(readFileSync(path, "utf8")) as Notebook;
    expect(statSync(path).size).toBeLessThan(3e6);
    const outputs = notebook.cells.flatMap((cell) => cell.outputs ?? []);
    expect(outputs.filter((output) => output.output_type === "error")).toEqual([]);
    expect(views(notebook).length).toBeGreaterThan(0);
    for (const output of outputs) expect(JSON.stringify(output).length).toBeLessThan(1e6);
    expectations[name]!(textOf(notebook));
  });
});

describe.skipIf(!ready)(`a notebook executed by nbconvert on our kernel${ready ? "" : " (.venv is absent)"}`, () => {
  test.each(notebooks)("%s runs without errors and shows what it says", { timeout: 600_000 }, (name) => {
    cpSync(join(checkout, "notebooks"), join(folder, "notebooks"), { recursive: true });
    mkdirSync(join(folder, "results"), { recursive: true });
    const { status, stderr } = spawnSync(
      python,
      ["-m", "nbconvert", "--to", "notebook", "--execute", "--inplace", join(folder, "notebooks", name)],
      { encoding: "utf8", env: { ...jupyterEnvironment, JUPYTER_RUNTIME_DIR: join(folder, "runtime") } },
    );
    expect(stderr).not.toContain("Error");
    expect(status).toBe(0);
    const notebook = JSON.parse(readFileSync(join(folder, "notebooks", name), "utf8")) as Notebook;
    expectations[name]!(textOf(notebook));
    for (const view of views(notebook)) expect(Object.keys(view)).toContain("image/png");
  });
});
