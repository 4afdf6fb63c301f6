import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { viridisTable } from "../../packages/viewer/src/color-tables.js";
import { complaints, hasChromium, launchChromium } from "./chromium.js";

const { resolve } = createRequire(import.meta.url);
const loader = readFileSync(resolve("@rotoscope/viewer/anywidget-loader.js"), "utf8");
const viewer = readFileSync(resolve("@rotoscope/viewer/viewer.js"), "utf8");

/** Runs in the page: an anywidget model whose kernel answers after `delay` ms; a plane's voxels hold the step, the best score is step / 10. */
function startHost({ loader, viewer }: { loader: string; viewer: string }): Promise<void> {
  const handlers = new Set<(content: object, buffers: DataView[]) => void>();
  const description = {
    title: "Running search",
    shape: [8, 10, 12],
    voxelSizeAngstrom: [0, 0, 0],
    maps: ["scores"],
    stepCount: 50,
    hasHistory: true,
    hasThisRotation: true,
    hasTemplate: false,
    scoreThreshold: 0,
    statistics: null,
    choice: { threshold: 0, removed: [] as number[] },
    keepsChoice: true,
    binning: 1,
    wholeShape: [8, 10, 12],
    ranges: { target: null, scores: [0, 5] },
    picks: [],
    running: false,
    notes: [],
  };
  const host = {
    description,
    delay: 5,
    done: 50,
    failing: "",
    /** Whether the comm is, as after a restart. */
    closed: false,
    requests: [] as string[],
    underWay: 0,
    mostUnderWay: 0,
    followers: {} as Record<number, { view: string; planes: { axis: number }[] | null }>,
    send: say,
    /** Takes the second viewer away. */
    end: () => {},
    /** Tells those who follow, as the kernel does. */
    report(progress: { done: number; maxScore: number }) {
      for (const [viewer, { view, planes }] of Object.entries(host.followers)) {
        if (planes === null) continue;
        const { planes: cut, buffers } = cutPlanes(planes, progress.maxScore);
        const frame =
          planes.length > 0 ? { step: progress.done, view, maxScore: progress.maxScore, planes: cut } : null;
        say({ type: "progress", viewer: Number(viewer), total: 50, ...progress, frame }, buffers);
      }
    },
  };
  function cutPlanes(wanted: { axis: number }[], score: number) {
    const sides = [
      [10, 12],
      [8, 12],
      [8, 10],
    ];
    const planes = wanted.map((plane) => ({ ...plane, shape: sides[plane.axis]! }));
    return { planes, buffers: planes.map(({ shape }) => new Float32Array(shape[0]! * shape[1]!).fill(score).buffer) };
  }
  function say(content: object, buffers: ArrayBuffer[] = []): void {
    for (const handler of [...handlers])
      handler(
        content,
        buffers.map((buffer) => new DataView(buffer)),
      );
  }
  const model = {
    on: (_event: string, handler: (content: object, buffers: DataView[]) => void) => handlers.add(handler),
    off: (_event: string, handler: (content: object, buffers: DataView[]) => void) => handlers.delete(handler),
    send(request: Parameters<typeof answer>[0]): Promise<void> {
      if (host.closed) throw new Error("Cannot send");
      return answer(request);
    },
  };
  async function answer(request: {
    type: string;
    sequence: number;
    step?: number | null;
    view?: string;
    voxel?: number[];
    viewer?: number;
    planes?: { axis: number }[];
  }): Promise<void> {
    host.requests.push(request.type);
    const isFrame = Number(request.type === "frame");
    host.underWay += isFrame;
    host.mostUnderWay = Math.max(host.mostUnderWay, host.underWay);
    await new Promise((resolve) => setTimeout(resolve, host.delay));
    host.underWay -= isFrame;
    const { sequence } = request;
    if (request.type === "viewer-source")
      return say({ type: "viewer-source" }, [new TextEncoder().encode(viewer).buffer]);
    if (host.failing) return say({ type: "failed", sequence, message: host.failing });
    if (request.type === "describe")
      return say({ type: "description", sequence, description: { ...host.description } }, [new ArrayBuffer(0)]);
    if (request.type === "follow") {
      host.followers[request.viewer!] = { view: request.view!, planes: request.planes! };
      return say({ type: "following", sequence });
    }
    if (request.type === "stop") return say({ type: "stopped", sequence });
    if (request.type === "choose") return say({ type: "chosen", sequence });
    if (request.type === "course") {
      const { voxel } = request;
      return say({ type: "course", sequence, voxel, steps: [1, 12, 30], scores: [0.1, 1.2, 3] });
    }
    if (request.type === "histogram")
      return say({ type: "histogram", sequence, map: "scores", low: 0, high: 5 }, [
        new Uint32Array(64).fill(15).buffer,
      ]);
    const step = request.step ?? host.done;
    const score = request.view === "this" ? (step % 7) / 10 : step / 10;
    const { planes, buffers } = cutPlanes(request.planes!, score);
    say({ type: "frame", sequence, step, view: request.view, maxScore: score, planes }, buffers);
  }
  Object.assign(globalThis, { host });
  const url = URL.createObjectURL(new Blob([loader], { type: "text/javascript" }));
  return load(url).then(async ({ default: widget }) => {
    for (const id of ["first", "second"]) {
      const el = document.body.appendChild(Object.assign(document.createElement("div"), { id }));
      host.end = await widget.render({ model, el });
    }
  });
}

/** In the page: `import`, which vitest would rewrite in a function of this file. */
declare const load: (url: string) => Promise<{ default: { render(context: object): Promise<() => void> } }>;

interface Host {
  description: { running: boolean; hasHistory: boolean };
  delay: number;
  done: number;
  failing: string;
  closed: boolean;
  readonly requests: string[];
  mostUnderWay: number;
  readonly followers: Record<number, { planes: readonly { map: string; axis: number; index: number }[] | null }>;
  send(content: object): void;
  end(): void;
  report(progress: { done: number; elapsedSeconds: number; maxScore: number }): void;
}

describe.skipIf(!hasChromium)("the anywidget in Chromium", () => {
  let browser: Browser;
  let page: Page;
  let problems: string[];
  let region: Locator;
  const slider = (name: string): Locator => region.getByRole("slider", { name });
  const host = <T>(act: (host: Host) => T): Promise<T> => page.evaluate(`(${act})(globalThis.host)`) as Promise<T>;
  const brightest = () =>
    region
      .locator(".rotoscope-slice canvas")
      .first()
      .evaluate((canvas) => {
        const { data } = (canvas as HTMLCanvasElement).getContext("2d")!.getImageData(0, 0, 1, 1);
        return new Uint32Array(data.buffer)[0];
      });
  const stepIs = (step: number): Promise<void> => page.locator(`#first [data-step="${step}"]`).waitFor();

  beforeAll(async () => {
    browser = await launchChromium();
  });
  beforeEach(async () => {
    page = await browser.newPage({ viewport: { width: 800, height: 900 } });
    problems = complaints(page);
    await page.evaluate("globalThis.load = (url) => import(url)");
    await page.evaluate(startHost, { loader, viewer });
    region = page.locator("#first").getByRole("region", { name: "rotoscope viewer" });
    await page.locator("#second [data-ready=true]").waitFor();
    await page.locator("#first [data-ready=true]").waitFor();
  });
  afterEach(async () => {
    expect(problems).toEqual([]);
    await page.close();
  });
  afterAll(async () => {
    await browser.close();
  });

  it("gets the viewer's file once a page, and keeps two views of one model apart", async () => {
    await slider("Rotation step").fill("7");
    await stepIs(7);
    expect(await page.locator("#second [data-step]").getAttribute("data-step")).toBe("50");
    expect(await host(({ requests }) => requests.filter((type) => type === "viewer-source").length)).toBe(1);
    expect(loader.length).toBeLessThan(10_240);
  });

  it("has one request under way during a drag, and ends where the drag ends", async () => {
    await host((it) => Object.assign(it, { delay: 40, mostUnderWay: 0 }).requests.splice(0));
    await slider("Rotation step").evaluate(async (element) => {
      const input = element as HTMLInputElement;
      for (let step = 49; step >= 10; step--) {
        input.value = String(step);
        input.dispatchEvent(new Event("input"));
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    });
    await stepIs(10);
    expect(Number(await region.getAttribute("data-max-score"))).toBe(1);
    expect(await host(({ mostUnderWay }) => mostUnderWay)).toBe(1);
    expect(await host(({ requests }) => requests.length)).toBeLessThan(20);
  });

  /** Starts a search, at step 20 of 50, and waits until both viewers follow it. */
  async function startSearch(): Promise<void> {
    await host((it) => {
      it.description.running = true;
      it.done = 20;
      it.send({ type: "changed" });
    });
    await page.waitForFunction(
      () => Object.keys((globalThis as unknown as { host: Host }).host.followers).length === 2,
    );
  }

  it("follows a running search without asking, stops it on request, and keeps the slices when it has ended", async () => {
    await slider("Slice y").fill("2");
    await startSearch();
    await stepIs(20);
    await host((it) => it.requests.splice(0));
    await host((it) => it.report({ done: 20, elapsedSeconds: 10, maxScore: 2 }));
    const bar = region.getByRole("progressbar", { name: "Search progress" });
    expect(await bar.getAttribute("aria-valuenow")).toBe("20");
    expect(await bar.getAttribute("aria-valuemax")).toBe("50");
    expect(await region.textContent()).toContain("20 / 50 rotations  ·  2.0 per second  ·  15 s left  ·  best 2");
    await host((it) => it.report({ done: 21, elapsedSeconds: 10.5, maxScore: 2.1 }));
    await stepIs(21);
    expect(await brightest()).toBe(viridisTable().words[255]);
    await page.waitForTimeout(400);
    expect((await host(({ requests }) => requests)).filter((type) => type === "frame" || type === "describe")).toEqual(
      [],
    );
    await region.getByRole("button", { name: "Stop" }).click();
    await page.waitForFunction(() => (globalThis as unknown as { host: Host }).host.requests.includes("stop"));
    await host((it) => {
      it.description.running = false;
      it.send({ type: "changed" });
    });
    await bar.waitFor({ state: "hidden" });
    expect(await slider("Slice y").inputValue()).toBe("2");
  });

  it("follows the slices on show, and out of view only how far the search is", async () => {
    await startSearch();
    const followed = () => host(({ followers }) => Object.values(followers)[0]!.planes!.map(({ index }) => index));
    await slider("Slice y").fill("7");
    await expect.poll(followed).toContain(7);
    await region.evaluate((element) => {
      element.style.marginTop = "5000px";
    });
    await expect.poll(followed).toEqual([]);
    await host((it) => it.report({ done: 22, elapsedSeconds: 11, maxScore: 2.2 }));
    expect(await region.getByRole("progressbar").getAttribute("aria-valuenow")).toBe("22");
    await host((it) => Object.assign(it, { done: 23 }));
    await region.evaluate((element) => {
      element.style.marginTop = "0";
    });
    await stepIs(23);
    await expect.poll(followed).toContain(7);
    await host((it) => it.end());
    await expect
      .poll(() => host(({ followers }) => Object.values(followers).filter(({ planes }) => !planes).length))
      .toBe(1);
  });

  it("stays on the step that the user chose while the search goes on", async () => {
    await startSearch();
    await stepIs(20);
    await slider("Rotation step").fill("5");
    await stepIs(5);
    await host((it) => {
      it.done = 30;
      it.report({ done: 30, elapsedSeconds: 15, maxScore: 3 });
    });
    await slider("Slice z").fill("1");
    await page.waitForTimeout(100);
    expect(await region.getAttribute("data-step")).toBe("5");
    await slider("Rotation step").press("End");
    await stepIs(30);
  });

  it("says that the search failed, or a request, and stays usable", async () => {
    await host((it) => it.send({ type: "lost", message: "The search failed: out of memory." }));
    const status = region.getByRole("status");
    expect(await status.textContent()).toBe("The search failed: out of memory.");
    await slider("Rotation step").fill("3");
    await stepIs(3);
    await host((it) => Object.assign(it, { failing: "Step 4 isn't there." }));
    await slider("Rotation step").fill("4");
    await status.getByText("Step 4 isn't there.").waitFor();
    await host((it) => Object.assign(it, { failing: "", closed: true }));
    await slider("Rotation step").fill("5");
    await status.getByText("The kernel was restarted or has ended: run the cell again.").waitFor();
    await host((it) => Object.assign(it, { closed: false }));
    await slider("Rotation step").fill("6");
    await stepIs(6);
    expect(await status.textContent()).toBe("");
  });

  it("gives up on a kernel that is gone, stays usable, and goes on when it answers after all", async () => {
    const status = region.getByRole("status");
    await host((it) => Object.assign(it, { delay: 17_000 }));
    await slider("Rotation step").fill("3");
    await status
      .getByText("The kernel doesn't answer. If it was restarted, run the cell again.")
      .waitFor({ timeout: 20_000 });
    await host((it) => Object.assign(it, { delay: 5 }));
    await slider("Rotation step").fill("4");
    await stepIs(4);
    await expect.poll(() => status.textContent()).toBe("");
  }, 60_000);

  it("switches to this rotation alone and back, and jumps to the improvements of the voxel under the cross-hair", async () => {
    const view = region.getByRole("switch", { name: "This rotation" });
    expect(await view.getAttribute("aria-checked")).toBe("false");
    await view.click();
    await page.locator("#first [data-view=this]").waitFor();
    expect(Number(await region.getAttribute("data-max-score"))).toBeCloseTo((50 % 7) / 10, 6);
    await slider("Rotation step").fill("9");
    await stepIs(9);
    expect(Number(await region.getAttribute("data-max-score"))).toBeCloseTo(0.2, 6);
    await view.press(" ");
    await page.locator("#first [data-view=best]").waitFor();
    await region.getByText("improved 3 times, last at step 30 to 3").waitFor();
    await region.getByRole("button", { name: "Next improvement" }).click();
    await stepIs(12);
    await region.getByRole("button", { name: "Next improvement" }).click();
    await stepIs(30);
    expect(await region.getByRole("button", { name: "Next improvement" }).isDisabled()).toBe(true);
    await region.getByRole("button", { name: "Previous improvement" }).click();
    await stepIs(12);
    await region.getByRole("button", { name: "Go to step 1", exact: true }).click();
    await stepIs(1);
  });

  it("says so when the kernel takes its time", async () => {
    await host((it) => Object.assign(it, { delay: 2500 }));
    await slider("Rotation step").fill("3");
    const status = region.getByRole("status");
    await status.getByText("Waiting for the kernel to answer.").waitFor();
    await stepIs(3);
    expect(await status.textContent()).toBe("");
  });
});
