// Times the viewer in Chromium beside Plotly heat maps in the same page: how long an update blocks the page with JavaScript (what the event, its promises and
// its animation frame take), and updates a second; then the size of the script, and of a static page and the time to open it.
// Usage: node test/peers/viewer.mjs [repetitions=3]
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { rotationSet } from "../../packages/core/dist/index.js";
import { readVolume } from "../../packages/formats/dist/index.js";
import { match } from "../../packages/matching/dist/index.js";
import { htmlPage } from "../../packages/widgets/dist/index.js";

const [repetitions = 3] = process.argv.slice(2).map(Number);
const { resolve } = createRequire(import.meta.url);
const root = new URL("../../", import.meta.url);
const viewerFile = resolve("@rotoscope/viewer/viewer.js");
const folder = mkdtempSync(join(tmpdir(), "rotoscope-bench-"));
const executablePath = process.env.CHROMIUM_PATH ?? "/usr/bin/chromium";
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", "--disable-quic"] });

/** Runs in the page: mounts a viewer on random data whose values change with the step, answered at once, and heat maps of the same planes. */
async function setUp({ viewer, shape, pickCount }) {
  const url = URL.createObjectURL(new Blob([viewer], { type: "text/javascript" }));
  const { mount } = await import(url);
  const [nz, ny, nx] = shape;
  const volume = Float32Array.from(
    { length: nz * ny * nx * 2 },
    (_, i) => ((Math.imul(i + 1, 2654435761) >>> 8) & 0xffff) / 65536,
  );
  const size = nz * ny * nx;
  const sides = [
    [ny, nx],
    [nz, nx],
    [nz, ny],
  ];
  const cut = (axis, index, step) => {
    const [rows, columns] = sides[axis];
    const out = new Float32Array(rows * columns);
    const from = (step % 2) * size;
    for (let r = 0; r < rows; r++)
      for (let c = 0; c < columns; c++) {
        const [z, y, x] = axis === 0 ? [index, r, c] : axis === 1 ? [r, index, c] : [r, c, index];
        out[r * columns + c] = volume[from + (z * ny + y) * nx + x];
      }
    return out;
  };
  const made = new Map();
  /** Planes are made beforehand where steps change, so that only showing them is timed. */
  const planeOf = (axis, index, step) => {
    const key = `${axis} ${index} ${step % 2}`;
    if (!made.has(key)) made.set(key, cut(axis, index, step));
    return made.get(key);
  };
  const picks = Array.from({ length: pickCount }, (_, i) => ({
    position: [(i * 7) % nz, (i * 131) % ny, (i * 197) % nx],
    score: 1 - i / pickCount,
    rotation: i % 100,
  }));
  const description = {
    ...{
      title: "",
      shape,
      wholeShape: shape,
      binning: 1,
      voxelSizeAngstrom: [10, 10, 10],
      maps: ["scores"],
      stepCount: 1000,
    },
    ...{
      hasHistory: true,
      hasThisRotation: false,
      hasTemplate: false,
      scoreThreshold: 0,
      statistics: null,
      running: false,
      notes: [],
    },
    ...{ ranges: { target: null, scores: [0, 1] }, picks, choice: { threshold: 0, removed: [] }, keepsChoice: true },
  };
  const transport = {
    onEvent: () => () => {},
    async request(request) {
      const { type, sequence } = request;
      if (type === "describe")
        return { reply: { type: "description", sequence, description }, buffers: [new ArrayBuffer(36000)] };
      if (type === "histogram")
        return {
          reply: { type, sequence, map: "scores", low: 0, high: 1 },
          buffers: [new Uint32Array(512).fill(9).buffer],
        };
      if (type === "course")
        return { reply: { type, sequence, voxel: request.voxel, steps: [1], scores: [0.5] }, buffers: [] };
      if (type !== "frame") return { reply: { type: "chosen", sequence }, buffers: [] };
      const step = request.step ?? 1000;
      const planes = request.planes.map((plane) => ({ ...plane, shape: sides[plane.axis] }));
      const buffers = planes.map(({ axis, index }) => planeOf(axis, index, step).buffer);
      return { reply: { type: "frame", sequence, step, view: "best", maxScore: 1, planes }, buffers };
    },
  };
  const host = document.body.appendChild(document.createElement("div"));
  mount(host, transport);
  const region = host.querySelector("section");
  const axes = nz === 1 ? [0] : [0, 1, 2];
  await new Promise((done) => {
    const wait = () => (region.dataset.ready ? done() : setTimeout(wait, 20));
    wait();
  });
  const rowsOf = (axis, index, step) => {
    const [rows, columns] = sides[axis];
    const plane = planeOf(axis, index, step);
    return Array.from({ length: rows }, (_, r) => plane.subarray(r * columns, (r + 1) * columns));
  };
  const plots = [];
  for (const axis of axes) {
    const plot = document.body.appendChild(document.createElement("div"));
    const scatter = {
      type: "scatter",
      mode: "markers",
      x: picks.slice(0, 200).map(({ position }) => position[2]),
      y: picks.slice(0, 200).map(({ position }) => position[1]),
    };
    await Plotly.newPlot(plot, [{ type: "heatmap", z: rowsOf(axis, 0, 0), colorscale: "Viridis" }, scatter], {
      width: 500,
      height: 450,
    });
    plots.push({ axis, plot });
  }
  const input = (name, value) => {
    const slider = region.querySelector(`input[aria-label="${name}"]`);
    slider.value = String(value);
    slider.dispatchEvent(new Event("input", { bubbles: true }));
  };
  let inFrames = 0;
  const nextFrame = globalThis.requestAnimationFrame.bind(globalThis);
  globalThis.requestAnimationFrame = (callback) =>
    nextFrame((time) => {
      const start = performance.now();
      callback(time);
      inFrames += performance.now() - start;
    });
  /** Blocking milliseconds of each update, and updates a second. */
  const timed = async (count, update) => {
    const blocking = [];
    const begin = performance.now();
    for (let i = 0; i < count; i++) {
      inFrames = 0;
      const start = performance.now();
      await update(i);
      const own = performance.now() - start;
      await new Promise(nextFrame);
      blocking.push(own + inFrames);
    }
    const perSecond = (1000 * count) / (performance.now() - begin);
    return { blocking: blocking.sort((a, b) => a - b)[count >> 1], perSecond };
  };
  /** Everything is answered in promises, so a few of them later it is done. */
  const settled = async () => {
    for (let i = 0; i < 50; i++) await null;
  };
  for (const axis of axes) for (let index = 0; index < Math.min(shape[axis], 60); index++) planeOf(axis, index, 1000);
  for (const axis of axes) if (shape[axis] > 1) input(`Slice ${"zyx"[axis]}`, 3);
  const works = {
    steps: (i) => {
      input("Rotation step", 500 + i);
      return settled();
    },
    slices: (i) => {
      for (const axis of axes) input(`Slice ${"zyx"[axis]}`, i % 60);
      return settled();
    },
    threshold: (i) => {
      input("Threshold", (i * 0.37) % 1);
      return settled();
    },
    heatmaps: (i) => {
      const update = ({ axis, plot }) =>
        Plotly.restyle(plot, { z: [rowsOf(axis, shape[axis] === 1 ? 0 : i % 60, i)] }, [0]);
      return Promise.all(plots.map(update));
    },
  };
  globalThis.work = (name, count) => timed(count, works[name]);
}

async function openPage(shape, pickCount) {
  const page = await browser.newPage({ viewport: { width: 1100, height: 1200 } });
  await page.addScriptTag({ path: resolve("plotly.js/dist/plotly-cartesian.min.js") });
  await page.evaluate(setUp, { viewer: readFileSync(viewerFile, "utf8"), shape, pickCount });
  await page.waitForTimeout(500);
  const time = (what, count) => page.evaluate(([name, n]) => globalThis.work(name, n), [what, count]);
  return { page, time };
}

const best = (runs) => ({
  blocking: Math.min(...runs.map((run) => run.blocking)),
  perSecond: Math.max(...runs.map((run) => run.perSecond)),
});

/** The best of interleaved runs: what else the machine does only ever adds. */
async function compare({ page, time }, works) {
  const runs = Object.fromEntries(works.map(([name]) => [name, []]));
  for (let repetition = 0; repetition < repetitions; repetition++)
    for (const [name, count] of works) runs[name].push(await time(name, count));
  await page.close();
  return Object.fromEntries(Object.entries(runs).map(([name, all]) => [name, best(all)]));
}

const ms = (value) => `${value.toFixed(2)} ms`;
console.log(`Blocking JavaScript per update: median of a run, best of ${repetitions} runs`);
for (const side of [512, 1024]) {
  const { steps, heatmaps } = await compare(await openPage([1, side, side], 0), [
    ["steps", 120],
    ["heatmaps", 12],
  ]);
  console.log(
    `one slice of ${side} x ${side}: ${ms(steps.blocking)}, heat map ${ms(heatmaps.blocking)} (${(heatmaps.blocking / steps.blocking).toFixed(0)} x), ${steps.perSecond.toFixed(0)} updates/s, heat map ${heatmaps.perSecond.toFixed(0)}`,
  );
}
{
  const { slices, heatmaps } = await compare(await openPage([128, 256, 256], 200), [
    ["slices", 60],
    ["heatmaps", 8],
  ]);
  console.log(
    `three linked views of 256 x 256 x 128, 200 picks: ${ms(slices.blocking)}, heat maps ${ms(heatmaps.blocking)} (${(heatmaps.blocking / slices.blocking).toFixed(0)} x)`,
  );
}
{
  const { threshold } = await compare(await openPage([64, 200, 200], 5000), [["threshold", 60]]);
  console.log(`drag Threshold over 5,000 picks: ${ms(threshold.blocking)} a move`);
}
console.log(`script: ${(statSync(viewerFile).size / 1e6).toFixed(2)} MB`);

const data = new URL("notebooks/data/", root).pathname;
const target = await readVolume(`${data}microtubule_13pf.mrc`);
const template = await readVolume(`${data}tubulin.mrc`);
const result = await match({
  target,
  template,
  minLocalStd: 0.5,
  rotations: rotationSet({ angularSamplingDegrees: 30 }),
});
const file = join(folder, "page.html");
writeFileSync(file, htmlPage(result, { title: "The microtubule" }));
const opened = [];
for (let repetition = 0; repetition < repetitions; repetition++) {
  const page = await browser.newPage({ viewport: { width: 1100, height: 1200 } });
  const start = performance.now();
  await page.goto(pathToFileURL(file).href);
  await page.locator("[data-ready=true]").waitFor();
  opened.push(performance.now() - start);
  await page.close();
}
console.log(
  `static page of the microtubule: ${(statSync(file).size / 1e6).toFixed(2)} MB, opens in ${(Math.min(...opened) / 1000).toFixed(2)} s`,
);
await browser.close();
rmSync(folder, { recursive: true });
