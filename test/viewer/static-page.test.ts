import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { ViewPick } from "@rotoscope/arrow/messages";
import { renderPage } from "@rotoscope/viewer/page";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { rotationColor, viridisTable } from "../../packages/viewer/src/color-tables.js";
import { complaints, hasChromium, launchChromium } from "./chromium.js";
import { SCORE_HIGH, syntheticView } from "./synthetic-view.js";

const script = readFileSync(createRequire(import.meta.url).resolve("@rotoscope/viewer/standalone.js"), "utf8");
const view = syntheticView();
const [nz, ny, nx] = view.shape;
const { picks } = view.payload.description;

describe.skipIf(!hasChromium)("a static page in Chromium", () => {
  const folder = mkdtempSync(join(tmpdir(), "rotoscope-page-"));
  let browser: Browser;
  let page: Page;
  let problems: string[];

  async function open(payload: unknown = view.payload, title = "Test"): Promise<Locator> {
    const file = join(folder, "page.html");
    writeFileSync(file, renderPage({ title, payload, script }));
    page = await browser.newPage({ viewport: { width: 900, height: 800 } });
    problems = complaints(page);
    await page.goto(pathToFileURL(file).href);
    const region = page.getByRole("region", { name: "rotoscope viewer" });
    await region.and(page.locator("[data-ready=true]")).waitFor();
    return region;
  }
  const slider = (name: string): Locator => page.getByRole("slider", { name });
  const stepIs = (step: number): Promise<void> => page.locator(`[data-step="${step}"]`).waitFor();

  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterEach(async () => {
    await page.close();
  });
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  it("opens at the last step, through the best pick, without a complaint and without the network", async () => {
    const region = await open();
    expect(await region.getAttribute("data-step")).toBe(String(view.stepCount));
    expect(Number(await region.getAttribute("data-max-score"))).toBeCloseTo(SCORE_HIGH, 6);
    expect(await slider("Slice z").inputValue()).toBe("12");
    expect(await slider("Slice y").inputValue()).toBe("20");
    expect(await slider("Slice x").inputValue()).toBe("10");
    expect(problems).toEqual([]);
  });

  it("shows each slice's scores in the colours of the table, the x slice with z to the right", async () => {
    await open();
    const { words } = viridisTable();
    const expected = (z: number, y: number, x: number) =>
      words[view.bestAfter(view.stepCount, (z * ny + y) * nx + x).byte];
    const [zSlice, ySlice, xSlice] = await canvasPixels(page);
    expect(zSlice).toMatchObject({ rows: ny, columns: nx });
    expect(ySlice).toMatchObject({ rows: nz, columns: nx });
    expect(xSlice).toMatchObject({ rows: ny, columns: nz });
    for (let y = 0; y < ny; y++) {
      for (let x = 0; x < nx; x++) expect(zSlice!.pixels[y * nx + x]).toBe(expected(12, y, x));
      for (let z = 0; z < nz; z++) expect(xSlice!.pixels[y * nz + z]).toBe(expected(z, y, 10));
    }
    for (let z = 0; z < nz; z++)
      for (let x = 0; x < nx; x++) expect(ySlice!.pixels[z * nx + x]).toBe(expected(z, 20, x));
  });

  it("shows the best so far of any step, forwards and backwards", async () => {
    const region = await open();
    await page.getByLabel("Map").selectOption("rotations");
    for (const step of [7, 3, 4, 0, 19, 5, 20]) {
      await slider("Rotation step").fill(String(step));
      await stepIs(step);
      const maxScore = (view.maxByteAfter(step) / 255) * SCORE_HIGH;
      expect(Number(await region.getAttribute("data-max-score"))).toBeCloseTo(maxScore, 6);
      const [zSlice] = await canvasPixels(page);
      for (let y = 0; y < ny; y++)
        for (let x = 0; x < nx; x++) {
          const { rotation } = view.bestAfter(step, (12 * ny + y) * nx + x);
          expect(zSlice!.pixels[y * nx + x]).toBe(rotationColor(rotation));
        }
    }
  });

  it("moves every slider by keyboard", async () => {
    await open();
    await slider("Rotation step").press("Home");
    await stepIs(0);
    await slider("Rotation step").press("ArrowRight");
    await stepIs(1);
    await slider("Rotation step").press("PageUp");
    await page.waitForFunction(() => Number(document.querySelector<HTMLElement>("[data-step]")?.dataset.step) > 1);
    await slider("Rotation step").press("End");
    await stepIs(view.stepCount);
    await slider("Slice x").press("End");
    expect(await slider("Slice x").inputValue()).toBe(String(nx - 1));
    await slider("Slice z").press("PageDown");
    expect(Number(await slider("Slice z").inputValue())).toBeLessThan(12);
  });

  it("moves the other slices to a click, and reads the values under the pointer", async () => {
    const region = await open();
    const area = (await page.locator(".rotoscope-slice").first().boundingBox())!;
    const at = (y: number, x: number) => ({
      x: area.x + ((x + 0.5) / nx) * area.width,
      y: area.y + ((y + 0.5) / ny) * area.height,
    });
    const spot = at(41, 30);
    await page.mouse.move(spot.x, spot.y, { steps: 3 });
    await page.mouse.click(spot.x, spot.y);
    await page.waitForFunction(
      () => document.querySelector<HTMLInputElement>("input[aria-label='Slice x']")!.value === "30",
    );
    expect(await slider("Slice y").inputValue()).toBe("41");
    expect(await slider("Slice z").inputValue()).toBe("12");
    const { byte, rotation } = view.bestAfter(view.stepCount, (12 * ny + 41) * nx + 30);
    const readout = region.locator(".rotoscope-readout");
    await page.waitForFunction(() => document.querySelector(".rotoscope-readout")!.textContent.includes("rotation"));
    expect(await readout.textContent()).toContain("z 12  y 41  x 30");
    expect(await readout.textContent()).toContain(`score ${Number(((byte / 255) * SCORE_HIGH).toPrecision(4))}`);
    expect(await readout.textContent()).toContain(`rotation ${rotation}`);
    expect(await readout.textContent()).toContain("126.2, 431.3, 315.6 Å");
    expect(problems).toEqual([]);
  });

  it("zooms all slices, keeps the zoom through map, theme and width, and shows all again", async () => {
    await open();
    const canvasWidth = async () => (await page.locator(".rotoscope-slice canvas").first().boundingBox())!.width;
    const area = (await page.locator(".rotoscope-slice").first().boundingBox())!;
    expect(await canvasWidth()).toBeCloseTo(area.width, 0);
    await page.mouse.move(area.x + 20, area.y + 40);
    await page.mouse.down();
    await page.mouse.move(area.x + 20 + area.width / 3, area.y + 40 + area.height / 3, { steps: 4 });
    await page.mouse.up();
    const isZoomed = (factor: number) =>
      page.waitForFunction((expected) => {
        const slice = document.querySelector(".rotoscope-slice")!;
        const ratio =
          slice.querySelector("canvas")!.getBoundingClientRect().width / slice.getBoundingClientRect().width;
        return Math.abs(ratio / expected - 1) < 0.05;
      }, factor);
    await isZoomed(3);
    await page.getByLabel("Map").selectOption("target");
    await page.emulateMedia({ colorScheme: "dark" });
    await page.setViewportSize({ width: 700, height: 800 });
    await page.waitForTimeout(300);
    await isZoomed(3);
    const after = (await page.locator(".rotoscope-slice").first().boundingBox())!;
    expect(after.width).toBeLessThan(area.width);
    await page.mouse.dblclick(after.x + 50, after.y + 50);
    await isZoomed(1);
    expect(problems).toEqual([]);
  });

  it("draws the picks near each plane, and only those", async () => {
    await open();
    expect(await ringsAt(page, picks)).toEqual([true, false]);
    await slider("Slice z").fill("9");
    await expect.poll(() => ringsAt(page, picks)).toEqual([false, true]);
  });

  it("plays through the steps and stops at the last", async () => {
    await open();
    await page.getByRole("button", { name: "Play" }).click();
    await page.getByRole("button", { name: "Pause" }).waitFor();
    await stepIs(2);
    await page.getByRole("button", { name: "Pause" }).click();
    await slider("Rotation step").fill("18");
    await page.getByRole("button", { name: "Play" }).click();
    await stepIs(view.stepCount);
    await page.getByRole("button", { name: "Play" }).waitFor();
    expect(problems).toEqual([]);
  });

  it("says that there is no history, and keeps the rest usable", async () => {
    const region = await open(syntheticView({ history: false }).payload);
    expect(await slider("Rotation step").isDisabled()).toBe(true);
    expect(await region.textContent()).toContain("Without a history only the last step can be shown.");
    await slider("Slice y").fill("41");
    await page.getByLabel("Map").selectOption("target");
    expect(await slider("Slice y").inputValue()).toBe("41");
    expect(problems).toEqual([]);
  });

  it("shows a volume alone, without steps", async () => {
    const { payload } = view;
    const description = { ...payload.description, maps: ["target"], stepCount: 0, hasHistory: false, picks: [] };
    const region = await open({ ...payload, description, scores: null, rotations: null, history: null });
    expect(await slider("Rotation step").count()).toBe(0);
    expect(await region.textContent()).not.toContain("history");
    await slider("Slice z").fill("3");
    await region.getByText("z 3  y 30  x 20").waitFor();
    expect(problems).toEqual([]);
  });

  it("takes no markup from the payload", async () => {
    const hostile = "</script><script>document.title='taken'</script><img src=x onerror=\"document.title='taken'\">";
    const region = await open(syntheticView({ title: hostile, notes: [hostile] }).payload, hostile);
    expect(await page.title()).toBe(hostile);
    expect(await region.textContent()).toContain(hostile);
    expect(problems).toEqual([]);
  });
});

interface Pixels {
  readonly rows: number;
  readonly columns: number;
  readonly pixels: readonly number[];
}

/** The canvases of the z, y and x slice as RGBA words. */
function canvasPixels(page: Page): Promise<Pixels[]> {
  return page.locator(".rotoscope-slice > canvas:first-child").evaluateAll((canvases) =>
    (canvases as HTMLCanvasElement[]).map((canvas) => {
      const { data } = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height);
      return { rows: canvas.height, columns: canvas.width, pixels: [...new Uint32Array(data.buffer)] };
    }),
  );
}

/** Whether the z slice shows a ring around each pick: white a radius to the right of it. */
function ringsAt(page: Page, candidates: readonly ViewPick[]): Promise<boolean[]> {
  return page
    .locator(".rotoscope-slice > canvas:last-child")
    .first()
    .evaluate(
      (canvas, { at, nx, ny }) => {
        const over = canvas as HTMLCanvasElement;
        const context = over.getContext("2d")!;
        return at.map(([, y, x]) => {
          const across = ((x! + 0.5) / nx!) * over.width + 6.5;
          const along = ((y! + 0.5) / ny!) * over.height;
          const { data } = context.getImageData(Math.round(across) - 1, Math.round(along) - 3, 3, 2);
          return data.some((_, i) => i % 4 === 0 && data[i]! > 200 && data[i + 2]! > 200 && data[i + 3]! > 200);
        });
      },
      { at: candidates.map(({ position }) => position), nx, ny },
    );
}
