import { readFileSync } from "node:fs";
import { tableFromIPC } from "apache-arrow";
import type { Browser, Download } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasChromium, launchChromium } from "./chromium.js";
import { type OpenPage, openStaticPage } from "./open-static-page.js";
import { SCORE_HIGH, syntheticView } from "./synthetic-view.js";

/** Sixty candidates whose scores fall from the highest on by 0.005 each. */
function manyPicks() {
  const { payload, shape } = syntheticView();
  const picks = Array.from({ length: 60 }, (_, i) => ({
    position: [(i * 7) % shape[0], (i * 11) % shape[1], (i * 13) % shape[2]] as const,
    score: SCORE_HIGH - 0.005 * i,
    rotation: i % 20,
  }));
  return { ...payload, description: { ...payload.description, picks, choice: { threshold: 0.4, removed: [] } } };
}

describe.skipIf(!hasChromium)("picks in a static page", () => {
  let browser: Browser;
  let open: OpenPage;
  beforeAll(async () => {
    browser = await launchChromium();
    open = await openStaticPage(browser, manyPicks());
  });
  afterAll(async () => {
    await open.close();
    await browser.close();
  });
  const rowCount = async () =>
    Number(await open.region.getByRole("table", { name: "Picks" }).getAttribute("aria-rowcount")) - 1;
  const saved = async (name: string): Promise<Buffer> => {
    const [download] = await Promise.all([open.page.waitForEvent("download"), open.button(name).click()]);
    return readFileSync(await (download as Download).path());
  };

  it("follow the threshold at once, by value, by keyboard and by mouse", async () => {
    const threshold = open.slider("Threshold");
    expect(await rowCount()).toBe(23);
    await threshold.fill("0.45");
    expect(await rowCount()).toBe(13);
    await threshold.press("Home");
    expect(await rowCount()).toBe(60);
    await threshold.press("End");
    expect(await rowCount()).toBe(1);
    await threshold.press("PageDown");
    expect(await rowCount()).toBe(11);
    const box = (await threshold.boundingBox())!;
    await threshold.fill("0.3");
    const x = box.x + 6 + (0.3 / SCORE_HIGH) * (box.width - 12);
    await open.page.mouse.move(x, box.y + 30);
    await open.page.mouse.down();
    await open.page.mouse.move(box.x + 6 + (0.4612 / SCORE_HIGH) * (box.width - 12), box.y + 10, { steps: 5 });
    await open.page.mouse.up();
    expect(Math.abs((await rowCount()) - 10)).toBeLessThanOrEqual(1);
  });

  it("are cut off where noise would give so many false positives", async () => {
    await open.region.getByLabel("False positives").fill("100");
    await open.button("Use cut-off").click();
    const { meanSquare, observations } = syntheticView().payload.description.statistics!;
    // Abramowitz and Stegun 26.2.23: the normal quantile to 4.5e-4.
    const t = Math.sqrt(-2 * Math.log(100 / observations));
    const z =
      t - (2.515517 + 0.802853 * t + 0.010328 * t * t) / (1 + 1.432788 * t + 0.189269 * t * t + 0.001308 * t ** 3);
    expect(Number(await open.slider("Threshold").inputValue())).toBeCloseTo(z * Math.sqrt(meanSquare), 3);
  });

  it("move the slices when their row is clicked", async () => {
    await open.slider("Threshold").fill("0.4");
    await open.region.getByRole("table", { name: "Picks" }).getByRole("row").nth(4).click();
    await expect.poll(() => open.slider("Slice z").inputValue()).toBe("21");
    expect(await open.slider("Slice y").inputValue()).toBe("33");
    expect(await open.slider("Slice x").inputValue()).toBe("39");
    await open.region.getByRole("group", { name: "Table of picks" }).press("ArrowDown");
    await expect.poll(() => open.slider("Slice z").inputValue()).toBe("4");
  });

  it("are removed, restored, and written as they are then", async () => {
    await open.slider("Threshold").fill("0.488");
    await open.button("Remove pick 2").click();
    await open.button("Remove pick 4").click();
    await open.button("Restore pick 4").click();
    await open.region.getByText("4 of 60, 1 removed").waitFor();
    const star = (await saved("Write STAR")).toString();
    const rows = star.split("\n").filter((line) => /^Two_blobs/.test(line));
    expect(rows).toHaveLength(4);
    const scores = rows.map((row) => Number(row.split("\t")[7]));
    for (const [i, index] of [0, 2, 3, 4].entries()) expect(scores[i]).toBeCloseTo(SCORE_HIGH - 0.005 * index, 6);
    const table = tableFromIPC(await saved("Write Arrow"));
    expect([...table.getChild("z")!]).toEqual([0, 14, 21, 4]);
    await open.region.getByText("4 picks saved as Two_blobs_in_noise.arrow").waitFor();
  });

  it("keep the page from closing while a choice isn't in a file", async () => {
    const { page } = open;
    let asked = 0;
    page.on("dialog", async (dialog) => {
      asked++;
      expect(dialog.type()).toBe("beforeunload");
      await dialog.dismiss();
    });
    await open.button("Remove pick 1").click();
    const leaving = page.goto("about:blank");
    await expect(leaving).rejects.toThrow("ERR_ABORTED");
    expect(asked).toBe(1);
    expect(open.problems).toEqual([]);
  });
});
