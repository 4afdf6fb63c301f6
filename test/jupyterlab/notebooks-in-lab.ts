import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { writeVolume } from "@rotoscope/formats";
import type { Locator, Page } from "playwright-core";
import { beforeAll, expect, it } from "vitest";
import { checkout } from "../machine.js";
import { referenceFloats, volumeOf } from "../matching/reference-maps.js";
import { complaints } from "../viewer/chromium.js";
import type { LabUnderTest } from "./lab-under-test.js";

const SHOWN_TWICE = `import { match, readVolume, rotationSet, show } from "rotoscope";
const target = await readVolume("target.mrc");
const template = await readVolume("template.mrc");
const result = await match({ target, template, rotations: rotationSet({ angularSamplingDegrees: 60 }), history: true });
show(result, { title: "First" });
show(result, { title: "Second" });`;

/** The kernel is the checkout's, found by the wheel's own kernelspec in node_modules. */
export function notebooksInLab(under: LabUnderTest): void {
  const { work } = under;

  beforeAll(async () => {
    mkdirSync(join(work, "node_modules"), { recursive: true });
    for (const name of ["@rotoscope", "rotoscope"])
      symlinkSync(join(checkout, "node_modules", name), join(work, "node_modules", name));
    await writeVolume(join(work, "target.mrc"), volumeOf(referenceFloats("target")));
    await writeVolume(join(work, "template.mrc"), volumeOf(referenceFloats("template")));
    for (const name of ["one", "two"])
      writeFileSync(join(work, `${name}.ipynb`), JSON.stringify(notebookOf(SHOWN_TWICE)));
  });

  it("shows a result twice in each of two notebooks, each view with its own step", async () => {
    const page = await under.newPage(2600);
    const problems = complaints(page);
    await page.goto(under.url("/lab?reset"));
    await page.locator(".jp-LauncherCard", { hasText: "TypeScript (rotoscope)" }).first().waitFor();
    for (const name of ["one", "two"]) {
      await page.locator(".jp-DirListing-item", { hasText: `${name}.ipynb` }).dblclick();
      await runAll(page);
      await views(page).nth(1).waitFor();
      await views(page)
        .nth(0)
        .getByRole("slider", { name: "Rotation step" })
        .fill(name === "one" ? "10" : "20");
      await stepIs(views(page).nth(0), name === "one" ? 10 : 20);
      await stepIs(views(page).nth(1), 69);
    }
    await page.locator(".lm-TabBar-tab", { hasText: "one.ipynb" }).click();
    await stepIs(views(page).nth(0), 10);

    await views(page)
      .nth(1)
      .click({ position: { x: 5, y: 5 } });
    await page.getByRole("menuitem", { name: "File", exact: true }).click();
    await page.locator(".lm-Menu-itemLabel", { hasText: "Save as Static Page" }).click();
    await page.locator(".jp-Dialog").getByRole("button", { name: "Save" }).click();
    await page.getByText("Wrote one.html").waitFor();
    const copy = await under.newPage(2600);
    await copy.goto(`file://${join(work, "one.html")}`);
    await views(copy).first().getByText("Second").first().waitFor();
    await copy.close();
    expect(problems.filter((problem) => !/^Plugin .* activate\.$/.test(problem))).toEqual([]);
    await page.close();
  }, 240_000);

  it("works in Notebook 7: outputs and files", async () => {
    const page = await under.newPage(2600);
    await page.goto(under.url("/notebooks/one.ipynb"));
    await runAll(page);
    await stepIs(views(page).nth(0), 69);
    await page.goto(under.url("/tree"));
    const opened = page.waitForEvent("popup");
    await page.locator(".jp-DirListing-item", { hasText: "target.mrc" }).dblclick();
    const viewer = await opened;
    await views(viewer).first().getByText("target.mrc", { exact: true }).waitFor({ timeout: 60_000 });
    await page.close();
  }, 240_000);
}

function views(page: Page): Locator {
  return page.getByRole("region", { name: "rotoscope viewer" }).filter({ visible: true });
}

async function stepIs(view: Locator, step: number): Promise<void> {
  await expect.poll(() => view.getAttribute("data-step", { timeout: 60_000 }), { timeout: 60_000 }).toBe(String(step));
}

/** Lab ignores what is run before its session is ready. */
async function runAll(page: Page): Promise<void> {
  await page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]").filter({ visible: true }).waitFor();
  await page.waitForTimeout(2500);
  await page.getByRole("menuitem", { name: "Run", exact: true }).click();
  await page.getByText("Run All Cells", { exact: true }).click();
  await views(page).first().waitFor();
}

function notebookOf(source: string): object {
  return {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: { kernelspec: { name: "rotoscope", display_name: "TypeScript (rotoscope)", language: "typescript" } },
    cells: [{ id: "cell-0", cell_type: "code", source, metadata: {}, execution_count: null, outputs: [] }],
  };
}
