import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { writeArrow } from "@rotoscope/arrow";
import { rotationSet } from "@rotoscope/core";
import { writeVolume } from "@rotoscope/formats";
import { match } from "@rotoscope/matching";
import type { Locator, Page, Request } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { referenceFloats, volumeOf } from "../matching/reference-maps.js";
import { complaints } from "../viewer/chromium.js";
import type { LabUnderTest } from "./lab-under-test.js";
import { LARGE_SHAPE, largeValue, writeLargeVolume } from "./volumes.js";

/** Files that are opened in one JupyterLab, one after the other. */
export function filesInLab(under: LabUnderTest): void {
  let page: Page;
  let problems: string[];
  let requests: Request[];
  const { work } = under;

  beforeAll(async () => {
    writeLargeVolume(join(work, "large.mrc"), [100, 256]);
    const target = volumeOf(referenceFloats("target"));
    await writeVolume(join(work, "small.mrc"), target);
    await writeVolume(join(work, "emd.map"), target);
    writeFileSync(join(work, "bundle.js.map"), JSON.stringify({ version: 3, sources: ["a.ts"], mappings: "AAAA" }));
    const template = volumeOf(referenceFloats("template"));
    const result = await match({
      target,
      template,
      rotations: rotationSet({ angularSamplingDegrees: 60 }),
      history: true,
    });
    await writeArrow(join(work, "result.arrow"), result);
    await writeArrow(join(work, "locked/result.arrow"), result);
    page = await under.newPage(1200);
    problems = complaints(page);
    requests = [];
    page.on("request", (request) => requests.push(request));
    await page.goto(under.url("/lab?reset"));
    await page.locator(".jp-DirListing-item").first().waitFor();
    await page.waitForTimeout(1500);
  }, 180_000);
  beforeEach(() => {
    problems.length = 0;
    requests.length = 0;
  });
  afterAll(() => page?.close());

  const region = (): Locator => page.getByRole("region", { name: "rotoscope viewer" }).filter({ visible: true });
  const item = (name: string): Locator =>
    page.locator(".jp-DirListing-item", { has: page.getByText(name, { exact: true }) });
  const shown = (): Promise<void> => region().and(page.locator("[data-ready=true]")).waitFor();
  const ours = (): string[] => problems.filter((problem) => !/^Plugin .* activate\.$/.test(problem));

  async function fromFileMenu(label: string): Promise<void> {
    await page.getByRole("menuitem", { name: "File", exact: true }).click();
    await page.locator(".lm-Menu-itemLabel", { hasText: label }).click();
  }

  it("opens 2 GB without content, hash or checkpoint, and shows z exactly with one Range request each", async () => {
    await item("large.mrc").dblclick();
    await shown();
    const contents = requests.filter((request) => request.url().includes("/api/contents/large.mrc"));
    expect(contents.length).toBeGreaterThan(0);
    for (const request of contents) {
      expect(request.method()).toBe("GET");
      if (!request.url().includes("/checkpoints")) expect(request.url()).toMatch(/[?&]content=0&hash=0/);
    }
    const ranges = (): string[] =>
      requests
        .filter((request) => request.url().includes("/files/large.mrc"))
        .map((request) => request.headers().range!);
    const planeBytes = 4 * LARGE_SHAPE[1] * LARGE_SHAPE[2];
    const plane = (z: number): string => `bytes=${1024 + z * planeBytes}-${1024 + (z + 1) * planeBytes - 1}`;
    expect(ranges().slice(0, 2)).toEqual(["bytes=0-1023", plane(256)]);
    expect(largeValue(100, 300, 77)).toBe(-0.713);
    for (const [name, index] of [
      ["z", 100],
      ["y", 300],
      ["x", 77],
    ] as const)
      await region()
        .getByRole("slider", { name: `Slice ${name}` })
        .fill(String(index));
    await region()
      .getByText(/target -0\.7130?\b/)
      .waitFor();
    expect(ranges().filter((range) => range === plane(100))).toHaveLength(1);
    await region().getByText("y and x are coarse: from every 32nd plane").waitFor();
    await expect
      .poll(() => ranges().some((range) => /^bytes=(\d+)-(\d+)$/.test(range) && rangeLength(range) === 4096))
      .toBe(true);

    await page.keyboard.press("Control+s");
    await page.waitForTimeout(500);
    expect(requests.filter((request) => request.method() !== "GET" && /contents\/large/.test(request.url()))).toEqual(
      [],
    );
    expect(readdirSync(work, { recursive: true }).filter((path) => /checkpoint.*\.mrc$/.test(String(path)))).toEqual(
      [],
    );
    expect(ours()).toEqual([]);
  }, 120_000);

  it("opens density maps by double-click, and leaves a source map to the text editor", async () => {
    for (const name of ["small.mrc", "emd.map"]) {
      await item(name).dblclick();
      await region().getByText(name, { exact: true }).waitFor();
      await shown();
    }
    await item("emd.map").click();
    await page.keyboard.press("Control+Shift+C");
    await page.locator(".jp-ModalCommandPalette input").fill("rotoscope");
    for (const label of ["Open as Volume", "Export Picks as STAR", "Save as Static Page"])
      await page.locator(".lm-CommandPalette-item", { hasText: label }).waitFor();
    await page.keyboard.press("Escape");
    await item("bundle.js.map").dblclick();
    await page.locator(".cm-content", { hasText: '"mappings"' }).waitFor();
    await expect.poll(() => page.locator(".lm-TabBar-tab", { hasText: "bundle.js.map" }).count()).toBe(1);
    await item("small.mrc").click({ button: "right" });
    await page.locator(".lm-Menu-itemLabel", { hasText: "Open as Volume" }).waitFor();
    await page.keyboard.press("Escape");
    expect(ours()).toEqual([]);
  }, 120_000);

  it("keeps the choice of a result's picks over a reload, and exports them", async () => {
    await item("result.arrow").dblclick();
    await region().getByText("result.arrow", { exact: true }).waitFor();
    await shown();
    expect(Number(await region().getAttribute("data-max-score"))).toBeGreaterThan(0.3);
    const threshold = region().getByRole("spinbutton", { name: "Threshold" });
    await threshold.fill("0.3");
    await threshold.press("Enter");
    await page.waitForTimeout(1000);
    await fromFileMenu("Export Picks as STAR");
    await page.locator(".jp-Dialog").getByRole("button", { name: "Save" }).click();
    await page.getByText("Wrote result.star").waitFor();
    const rows = readFileSync(join(work, "result.star"), "utf8")
      .split("\n")
      .filter((line) => line.startsWith("result\t"));
    expect(rows.length).toBeGreaterThan(0);
    await page.waitForTimeout(1500);
    await page.reload();
    await shown();
    expect(await threshold.inputValue()).toBe("0.3");
    expect(ours()).toEqual([]);
  }, 120_000);

  it("says why when a file is gone, follows one that is renamed, and tells what can't be written", async () => {
    await item("locked").dblclick();
    await item("small.mrc").waitFor({ state: "detached" });
    await item("result.arrow").first().dblclick();
    await shown();
    await fromFileMenu("Export Picks as STAR");
    await page.locator(".jp-Dialog").getByRole("button", { name: "Save" }).click();
    await page
      .locator(".jp-Dialog", { hasText: /rotoscope/ })
      .getByText("locked/result.star can't be written. The server says: User is not authorized")
      .waitFor();
    await page.locator(".jp-Dialog").getByRole("button", { name: "Close" }).click();
    expect(existsSync(join(work, "locked/result.star"))).toBe(false);

    await page.locator(".jp-BreadCrumbs-home").click();
    await item("small.mrc").dblclick();
    await region().getByText("small.mrc", { exact: true }).waitFor();
    await shown();
    await item("small.mrc").click();
    await page.keyboard.press("F2");
    await page.keyboard.press("Control+a");
    await page.keyboard.type("other.mrc");
    await page.keyboard.press("Enter");
    await region().getByText("other.mrc", { exact: true }).waitFor();

    await item("large.mrc").dblclick();
    await region().getByText("large.mrc", { exact: true }).waitFor();
    await shown();
    renameSync(join(work, "large.mrc"), join(work, "gone.mrc"));
    await region().getByRole("slider", { name: "Slice z" }).fill("7");
    await region()
      .getByText("large.mrc: it isn't there any more; it may have been renamed or deleted.")
      .first()
      .waitFor();
  }, 180_000);
}

function rangeLength(range: string): number {
  const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(range)!;
  return Number(to) - Number(from) + 1;
}
