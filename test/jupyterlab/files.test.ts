import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeArrow } from "@rotoscope/arrow";
import { rotationSet } from "@rotoscope/core";
import { writeVolume } from "@rotoscope/formats";
import { match } from "@rotoscope/matching";
import type { Browser, Locator, Page, Request } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type JupyterLab, startJupyterLab } from "../jupyterlab-server.js";
import { python } from "../machine.js";
import { referenceFloats, volumeOf } from "../matching/reference-maps.js";
import { complaints, hasChromium, launchChromium } from "../viewer/chromium.js";
import { LARGE_SHAPE, largeValue, writeLargeVolume } from "./volumes.js";
import { type WheelEnvironment, wheelEnvironment } from "./wheel-environment.js";

const ready = hasChromium && existsSync(python);
const TOKEN = "a-token";
const BASE = "/user/ada/";

/** Lets nobody write below "locked". */
const AUTHORIZER = `
from jupyter_server.auth import Authorizer
class Locks(Authorizer):
    def is_authorized(self, handler, user, action, resource):
        return action == "read" or not (resource == "contents" and "/locked" in handler.request.path)
c.ServerApp.authorizer_class = Locks
`;

describe.skipIf(!ready)(`files in JupyterLab with the wheel${ready ? "" : " (needs .venv and Chromium)"}`, () => {
  const folder = mkdtempSync(join(tmpdir(), "rotoscope-files-"));
  const work = join(folder, "work");
  let environment: WheelEnvironment;
  let lab: JupyterLab;
  let browser: Browser;
  let page: Page;
  let problems: string[];
  let requests: Request[];

  beforeAll(async () => {
    for (const name of ["work/locked", "config"]) mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(join(folder, "config/jupyter_server_config.py"), AUTHORIZER);
    writeLargeVolume(join(work, "large.mrc"), [100, 256]);
    const target = volumeOf(referenceFloats("target"));
    await writeVolume(join(work, "small.mrc"), target);
    await writeVolume(join(work, "emd.map"), target);
    writeFileSync(join(work, "bundle.js.map"), JSON.stringify({ version: 3, sources: ["a.ts"], mappings: "AAAA" }));
    const template = volumeOf(referenceFloats("template"));
    const search = match({ target, template, rotations: rotationSet({ angularSamplingDegrees: 60 }), history: true });
    const result = await search;
    await writeArrow(join(work, "result.arrow"), result);
    await writeArrow(join(work, "locked/result.arrow"), result);
    environment = await wheelEnvironment();
    environment.installWheel();
    lab = await startJupyterLab(work, {
      python: environment.python,
      baseUrl: BASE,
      token: TOKEN,
      variables: {
        JUPYTER_CONFIG_DIR: join(folder, "config"),
        JUPYTER_DATA_DIR: join(folder, "data"),
        JUPYTERLAB_SETTINGS_DIR: join(folder, "settings"),
      },
    });
    browser = await launchChromium();
  }, 240_000);
  beforeEach(async () => {
    page = await browser.newPage({ viewport: { width: 1300, height: 1200 } });
    page.setDefaultTimeout(60_000);
    problems = complaints(page);
    requests = [];
    page.on("request", (request) => requests.push(request));
  });
  afterEach(() => page.close());
  afterAll(async () => {
    await browser?.close();
    await lab?.stop();
    environment?.remove();
    rmSync(folder, { recursive: true });
  });

  const region = (): Locator => page.getByRole("region", { name: "rotoscope viewer" }).filter({ visible: true });
  const item = (name: string): Locator =>
    page.locator(".jp-DirListing-item", { has: page.getByText(name, { exact: true }) });
  const shown = (): Promise<void> => region().and(page.locator("[data-ready=true]")).waitFor();
  const ours = (): string[] => problems.filter((problem) => !/^Plugin .* activate\.$/.test(problem));

  async function openLab(tree = ""): Promise<void> {
    await page.goto(`${lab.address}/lab${tree}?reset&token=${TOKEN}`);
    await page.locator(".jp-DirListing-item").first().waitFor();
    await page.waitForTimeout(1500);
    requests.length = 0;
  }

  async function fromFileMenu(label: string): Promise<void> {
    await page.getByRole("menuitem", { name: "File", exact: true }).click();
    await page.locator(".lm-Menu-itemLabel", { hasText: label }).click();
  }

  it("opens 2 GB without content, hash or checkpoint, and shows z exactly with one Range request each", async () => {
    await openLab();
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
    await openLab();
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
    await openLab();
    await item("result.arrow").dblclick();
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
    await openLab("/tree/locked");
    await page.waitForTimeout(500);
    await item("result.arrow").first().dblclick();
    await shown();
    await fromFileMenu("Export Picks as STAR");
    await page.locator(".jp-Dialog").getByRole("button", { name: "Save" }).click();
    await page
      .locator(".jp-Dialog", { hasText: /rotoscope/ })
      .getByRole("button", { name: "Close" })
      .click();
    expect(existsSync(join(work, "locked/result.star"))).toBe(false);

    await openLab();
    await item("small.mrc").dblclick();
    await shown();
    await item("small.mrc").click();
    await page.keyboard.press("F2");
    await page.keyboard.press("Control+a");
    await page.keyboard.type("other.mrc");
    await page.keyboard.press("Enter");
    await region().getByText("other.mrc", { exact: true }).waitFor();

    await item("large.mrc").dblclick();
    await shown();
    renameSync(join(work, "large.mrc"), join(work, "gone.mrc"));
    await region().getByRole("slider", { name: "Slice z" }).fill("7");
    await region()
      .getByText("large.mrc: it isn't there any more; it may have been renamed or deleted.")
      .first()
      .waitFor();
  }, 180_000);
});

function rangeLength(range: string): number {
  const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(range)!;
  return Number(to) - Number(from) + 1;
}
