import type { ViewPayload } from "@rotoscope/arrow/messages";
import { type AnalyzerResult, analyzerResult, ndarray } from "@rotoscope/core";
import { htmlPage, type ShowOptions } from "@rotoscope/widgets";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasChromium, launchChromium } from "./chromium.js";
import { type OpenPage, openStaticPage } from "./open-static-page.js";

/** A result of four rotations about z, whose scores are those of `score` at a flat index. */
function resultOf(shape: readonly number[], score: (voxel: number) => number): AnalyzerResult {
  const size = shape.reduce((product, length) => product * length, 1);
  const matrices = [0, 1, 2, 3].map((quarter) => {
    const [c, s] = [Math.cos((quarter * Math.PI) / 2), Math.sin((quarter * Math.PI) / 2)];
    const planar = Float32Array.of(c, -s, s, c);
    return shape.length === 2 ? planar : Float32Array.of(1, 0, 0, 0, c, -s, 0, s, c);
  });
  return analyzerResult({
    scores: ndarray(
      Float32Array.from({ length: size }, (_, voxel) => score(voxel)),
      shape,
    ),
    rotations: ndarray(
      Int32Array.from({ length: size }, (_, voxel) => voxel % 4),
      shape,
    ),
    offset: shape.map(() => 0),
    rotationMapping: new Map(matrices.entries()),
    meanSquare: 0.01,
  });
}

const wave = (voxel: number) => 0.4 + 0.4 * Math.sin(voxel * 0.7) * Math.cos(voxel * 0.013);

describe.skipIf(!hasChromium)("data out of the ordinary", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser.close());

  function open(result: AnalyzerResult, options: ShowOptions = {}): Promise<OpenPage> {
    const [, json] = /id="rotoscope-payload">(.*?)<\/script>/s.exec(htmlPage(result, options))!;
    return openStaticPage(browser, JSON.parse(json!) as ViewPayload);
  }

  it("a 2-D result has one slice, y and x, and the angle of its rotations", async () => {
    const shown = await open(resultOf([60, 80], wave));
    await shown.region.getByText("60 × 80 voxels (y, x)").waitFor();
    expect(await shown.slider("Slice z").count()).toBe(0);
    expect(await shown.page.locator(".rotoscope-slice:visible").count()).toBe(1);
    await shown.slider("Slice y").fill("10");
    await shown.slider("Slice x").fill("7");
    await shown.region.getByText(/^y 10 {2}x 7 .*rotation 3 .*angle -?90\.0°/).waitFor();
    expect(await shown.region.getByRole("columnheader", { name: "Tilt" }).count()).toBe(0);
    expect(shown.problems).toEqual([]);
    await shown.close();
  });

  it("a volume with one z plane is a 2-D view too", async () => {
    const shown = await open(resultOf([1, 40, 50], wave));
    expect(await shown.slider("Slice z").count()).toBe(0);
    expect(shown.problems).toEqual([]);
    await shown.close();
  });

  it("a volume with one y plane shows all three slices", async () => {
    const shown = await open(resultOf([40, 1, 50], wave));
    expect(await shown.page.locator(".rotoscope-slice:visible").count()).toBe(3);
    expect(await shown.slider("Slice y").isDisabled()).toBe(true);
    await shown.slider("Slice z").fill("12");
    await shown.region.getByText(/^z 12 /).waitFor();
    expect(shown.problems).toEqual([]);
    await shown.close();
  });

  it("scores that are all NaN are said to be, in a colour of their own", async () => {
    const shown = await open(resultOf([6, 20, 30], () => Number.NaN));
    await shown.region.getByText("All scores are NaN: no rotation gave a score anywhere.").waitFor();
    await shown.region.getByText("score not known").waitFor();
    expect(Number(await shown.region.getAttribute("data-max-score"))).toBe(0);
    await shown.slider("Slice z").fill("4");
    await shown.slider("Threshold").fill("0.5");
    expect(shown.problems).toEqual([]);
    await shown.close();
  });

  it("some NaN among scores stay NaN", async () => {
    const shown = await open(resultOf([6, 20, 30], (voxel) => (voxel % 30 === 7 ? Number.NaN : wave(voxel))));
    await shown.slider("Slice x").fill("7");
    await shown.region.getByText("score not known").waitFor();
    await shown.slider("Slice x").fill("8");
    await shown.region.getByText(/score 0\.\d/).waitFor();
    expect(shown.problems).toEqual([]);
    await shown.close();
  });

  it("an empty result is said to be", async () => {
    const shown = await open(resultOf([0, 20, 30], wave));
    await shown.region.getByText("There are no voxels to show.").waitFor();
    expect(shown.problems).toEqual([]);
    await shown.close();
  });

  it("a map 2,048 wide is shown voxel for voxel along y and x, where it fits", async () => {
    const shown = await open(
      resultOf([2, 512, 2048], (voxel) => (voxel % 2048) / 2048),
      { picks: [] },
    );
    await shown.slider("Slice x").fill("2047");
    await shown.region.getByText(/x 2047.*score 0\.99/).waitFor();
    expect(shown.problems).toEqual([]);
    await shown.close();
  });
});
