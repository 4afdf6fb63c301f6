import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeVolume } from "@rotoscope/formats";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type JupyterLab, startJupyterLab } from "../jupyterlab-server.js";
import { python } from "../machine.js";
import { referenceFloats, volumeOf } from "../matching/reference-maps.js";
import { notebookOf } from "../notebook-file.js";
import { complaints, hasChromium, launchChromium } from "../viewer/chromium.js";

const ready = hasChromium && existsSync(python);

/** A short search of two cells, and a third that displays by being a cell's last expression. */
const CELLS = [
  `import { match, readVolume, resultAt, rotationSet, show } from "rotoscope";
const target = await readVolume("target.mrc");
const template = await readVolume("template.mrc");
const search = match({ target, template, rotations: rotationSet({ angularSamplingDegrees: 25 }) });
show(search, { title: "Live" });`,
  `const result = await search;
const { scores } = resultAt(result, result.history!, 100);
console.log("after 100:", Math.max(...scores.data), "after all:", Math.max(...result.scores.data));`,
  "result",
];

describe.skipIf(!ready)(`a search on our kernel in JupyterLab${ready ? "" : " (needs .venv and Chromium)"}`, () => {
  const folder = mkdtempSync(join(tmpdir(), "rotoscope-lab-"));
  let lab: JupyterLab;
  let browser: Browser;

  beforeAll(async () => {
    await writeVolume(join(folder, "target.mrc"), volumeOf(referenceFloats("target")));
    await writeVolume(join(folder, "template.mrc"), volumeOf(referenceFloats("template")));
    lab = await startJupyterLab(folder);
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    await lab?.stop();
    rmSync(folder, { recursive: true });
  });

  test("runs, is followed, steps with the numbers of its history, survives a reload, and is saved", {
    timeout: 240_000,
  }, async () => {
    const path = join(folder, "search.ipynb");
    writeFileSync(path, JSON.stringify(notebookOf(CELLS)));
    const page = await browser.newPage({ viewport: { width: 1300, height: 2600 } });
    page.setDefaultTimeout(90_000);
    const problems = complaints(page);
    await page.goto(`${lab.address}/lab/tree/search.ipynb?reset`);
    await page.getByText("(rotoscope) | Idle").waitFor({ timeout: 60_000 });
    await page.waitForTimeout(1500);
    await page.getByRole("menuitem", { name: "Run", exact: true }).click();
    await page.getByText("Run All Cells", { exact: true }).click();
    const printed = page.locator(".jp-OutputArea-output", { hasText: "after 100:" });
    await printed.waitFor({ timeout: 120_000 });
    const [, after100, afterAll] = /after 100: (\S+) after all: (\S+)/.exec((await printed.textContent())!)!;

    const live = viewer(page, 0);
    await stepIs(live, 951);
    expect(Number(await live.getAttribute("data-max-score"))).toBeCloseTo(Number(afterAll), 6);
    await live.getByRole("slider", { name: "Rotation step" }).fill("100");
    await stepIs(live, 100);
    expect(Number(await live.getAttribute("data-max-score"))).toBeCloseTo(Number(after100), 6);
    await live.getByRole("slider", { name: "Slice z" }).fill("3");
    await live.getByText("z 3", { exact: false }).first().waitFor();
    await stepIs(viewer(page, 1), 951);

    // The outputs follow the cells: what is saved is what had come by then.
    const whole = { description: { running: false, hasHistory: true } };
    await expect
      .poll(
        async () => {
          await page.getByRole("menuitem", { name: "File", exact: true }).click();
          await page.getByText("Save Notebook", { exact: true }).click();
          return views(path);
        },
        { timeout: 60_000, interval: 1000 },
      )
      .toMatchObject([whole, whole]);

    await page.reload();
    await stepIs(viewer(page, 0), 951);
    await viewer(page, 0).getByRole("slider", { name: "Rotation step" }).fill("100");
    await stepIs(viewer(page, 0), 100);
    expect(Number(await viewer(page, 0).getAttribute("data-max-score"))).toBeCloseTo(Number(after100), 6);
    await expect.poll(() => viewer(page, 0).textContent(), { timeout: 20_000 }).not.toContain("Saved view.");
    expect(problems).toEqual([]);
    await page.close();
  });
});

interface Saved {
  readonly cells: { outputs: { data?: Record<string, { description: object }> }[] }[];
}

function views(path: string): { description: object }[] {
  const { cells } = JSON.parse(readFileSync(path, "utf8")) as Saved;
  const data = cells
    .flatMap((cell) => cell.outputs)
    .map((output) => output.data?.["application/vnd.rotoscope.view+json"]);
  return data.filter((view) => view !== undefined);
}

function viewer(page: Page, index: number): Locator {
  return page.getByRole("region", { name: "rotoscope viewer" }).nth(index);
}

async function stepIs(region: Locator, step: number): Promise<void> {
  await expect
    .poll(() => region.getAttribute("data-step", { timeout: 60_000 }), { timeout: 60_000 })
    .toBe(String(step));
}
