import { readFileSync } from "node:fs";
import type { Browser, Download } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ColorMapName, colorTable } from "../../packages/viewer/src/color-tables.js";
import { hasChromium, launchChromium } from "./chromium.js";
import { type OpenPage, openStaticPage } from "./open-static-page.js";
import { SCORE_HIGH, syntheticView } from "./synthetic-view.js";

const view = syntheticView();
const [, ny, nx] = view.shape;

describe.skipIf(!hasChromium)("how slices are drawn", () => {
  let browser: Browser;
  let open: OpenPage;
  beforeAll(async () => {
    browser = await launchChromium();
    open = await openStaticPage(browser, view.payload);
  });
  afterAll(async () => {
    await open.close();
    await browser.close();
  });

  /** The colour of a voxel of the z slice 12. */
  const colorAt = (y: number, x: number): Promise<number> =>
    open.page
      .locator(".rotoscope-slice > canvas:first-child")
      .first()
      .evaluate(
        (canvas, [row, column]) => {
          const { data } = (canvas as HTMLCanvasElement).getContext("2d")!.getImageData(column!, row!, 1, 1);
          return new Uint32Array(data.buffer)[0]!;
        },
        [y, x],
      );
  const byteAt = (y: number, x: number) => view.bestAfter(view.stepCount, (12 * ny + y) * nx + x).byte;

  it.each(["cividis", "magma", "reversed grey", "viridis"] as const)("in %s", async (name: ColorMapName) => {
    await open.region.getByLabel("Colours").selectOption(name);
    for (const [y, x] of [
      [20, 10],
      [41, 28],
      [3, 3],
    ] as const)
      await expect.poll(() => colorAt(y, x)).toBe(colorTable(name).words[byteAt(y, x)]);
  });

  it("with the contrast that was dragged, typed or chosen, until the suggested one is taken again", async () => {
    await open.slider("Contrast high").fill(String(SCORE_HIGH / 2));
    await expect.poll(() => colorAt(20, 10)).toBe(colorTable("viridis").words[255]);
    const entry = Math.floor((2 * byteAt(3, 3) * 255.999) / 255);
    await expect.poll(() => colorAt(3, 3)).toBe(colorTable("viridis").words[entry]);
    await open.region.getByLabel("Range").selectOption("5 to 95 %");
    expect(Number(await open.slider("Contrast low").inputValue())).toBeGreaterThan(0);
    await open.region.getByLabel("Range").selectOption("suggested");
    await expect.poll(() => colorAt(3, 3)).toBe(colorTable("viridis").words[byteAt(3, 3)]);
  });

  it("over the target, more of it where scores are low", async () => {
    const plain = await colorAt(3, 3);
    await open.region.getByLabel("Over target").check();
    await open.slider("Opacity").fill("100");
    await expect.poll(() => colorAt(3, 3)).not.toBe(plain);
    expect(await colorAt(20, 10)).toBe(colorTable("viridis").words[255]);
    await open.region.getByLabel("Over target").uncheck();
    await expect.poll(() => colorAt(3, 3)).toBe(plain);
  });

  it("one of them enlarged, and all again", async () => {
    const slices = open.page.locator(".rotoscope-slice:visible");
    const before = (await slices.nth(1).boundingBox())!.width;
    await open.button("Enlarge slice y").click();
    await expect.poll(() => slices.count()).toBe(1);
    expect((await slices.boundingBox())!.width).toBeGreaterThan(before);
    await open.button("Show all three slices").click();
    await expect.poll(() => slices.count()).toBe(3);
  });

  it("in a file: PNG at twice the size, and SVG", async () => {
    const saved = async (name: string): Promise<Buffer> => {
      const [download] = await Promise.all([open.page.waitForEvent("download"), open.button(name).click()]);
      return readFileSync(await (download as Download).path());
    };
    const png = await saved("Export PNG");
    expect(png.subarray(1, 4).toString()).toBe("PNG");
    const figure = (await open.page.locator(".svg-container").boundingBox())!;
    expect(png.readUInt32BE(16)).toBe(Math.round(2 * figure.width));
    const svg = (await saved("Export SVG")).toString();
    expect(svg).toMatch(/^<svg /);
    expect(svg).toContain("10 nm");
    expect(svg).toContain("data:image/png");
    // Chromium's advice on this test's own reading of pixels.
    expect(open.problems.filter((problem) => !problem.includes("willReadFrequently"))).toEqual([]);
  });
});
