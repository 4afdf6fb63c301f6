// Times steps with the kernel attached, in JupyterLab: from the slider's input to the frame, in a run of 200^3 voxels and 1,000 rotations (made up, with a
// history of some 60 million improvements). Needs .venv with JupyterLab. Usage: node test/peers/viewer-kernel.mjs [side=200]
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const [side = 200] = process.argv.slice(2).map(Number);
const python = fileURLToPath(new URL("../../.venv/bin/python", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "rotoscope-steps-"));

/** Rotation k improves every k-th voxel, so that voxels improve about as often as in a search. */
const cell = `import { ndarray, rotationSet, show } from "rotoscope";
const [side, count] = [${side}, 1000];
const size = side ** 3;
const scores = new Float32Array(size);
const rotations = new Int32Array(size).fill(-1);
const steps: { voxel: Int32Array; score: Float32Array; rotation: Int32Array }[] = [];
for (let k = 1; k <= count; k++) {
  const length = Math.ceil(size / k);
  const step = { voxel: new Int32Array(length), score: new Float32Array(length), rotation: new Int32Array(length) };
  for (let i = 0, v = 0; i < length; i++, v += k) {
    step.voxel[i] = v;
    step.score[i] = scores[v]!;
    step.rotation[i] = rotations[v]!;
    scores[v] += 0.001 + (v % 97) / 97000;
    rotations[v] = k - 1;
  }
  steps.push(step);
}
const { data } = rotationSet({ angularSamplingDegrees: 24 });
const shape = [side, side, side];
const rotationMapping = new Map(Array.from({ length: count }, (_, k) => [k, data.slice(9 * k, 9 * k + 9)] as const));
const result: any = { scores: ndarray(scores, shape), rotations: ndarray(rotations, shape), offset: [0, 0, 0], rotationMapping, meanSquare: 1e-4,
  history: { stepCount: count, step: (k: number) => steps[k - 1]! } };
show(result, { picks: [] });`;

const notebook = {
  nbformat: 4,
  nbformat_minor: 5,
  metadata: { kernelspec: { name: "rotoscope", display_name: "TypeScript (rotoscope)", language: "typescript" } },
  cells: [{ id: "steps", cell_type: "code", source: cell, metadata: {}, execution_count: null, outputs: [] }],
};
writeFileSync(join(folder, "steps.ipynb"), JSON.stringify(notebook));

const port = await new Promise((resolve) => {
  const probe = createServer().listen(0, "127.0.0.1", () => {
    const { port: free } = probe.address();
    probe.close(() => resolve(free));
  });
});
const options = ["--no-browser", "--allow-root", `--port=${port}`, "--IdentityProvider.token="];
const lab = spawn(python, ["-m", "jupyterlab", ...options, `--ServerApp.root_dir=${folder}`], {
  env: { ...process.env, JUPYTERLAB_WORKSPACES_DIR: join(folder, ".workspaces") },
  stdio: "ignore",
});
const address = `http://127.0.0.1:${port}`;
while (
  !(await fetch(`${address}/api`).then(
    ({ ok }) => ok,
    () => false,
  ))
)
  await pause(200);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic"],
});

/** Runs in the page: milliseconds from a slider's input to the frame that shows its step, for each of `steps` one after another. */
async function timeSteps(steps) {
  const region = document.querySelector("section[aria-label='rotoscope viewer']");
  const slider = region.querySelector("input[aria-label='Rotation step']");
  const times = [];
  for (const step of steps) {
    const start = performance.now();
    await new Promise((done) => {
      const seen = new MutationObserver(() => {
        if (region.dataset.step !== String(step)) return;
        seen.disconnect();
        requestAnimationFrame(done);
      });
      seen.observe(region, { attributes: true });
      slider.value = String(step);
      slider.dispatchEvent(new Event("input", { bubbles: true }));
    });
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b);
}

try {
  const page = await browser.newPage({ viewport: { width: 1300, height: 2400 } });
  page.setDefaultTimeout(300_000);
  await page.goto(`${address}/lab/tree/steps.ipynb?reset`);
  await page.getByText("(rotoscope) | Idle").waitFor();
  await page.waitForTimeout(1500);
  await page.locator(".jp-CodeCell .cm-content").click();
  await page.keyboard.press("Shift+Enter");
  await page.locator("section[aria-label='rotoscope viewer'][data-ready=true]").waitFor();
  await page.getByText("(rotoscope) | Idle").waitFor();
  await page.waitForTimeout(2000);
  const jumps = Array.from({ length: 40 }, (_, i) => ((i * 389) % 990) + 1);
  const neighbours = [
    ...Array.from({ length: 60 }, (_, i) => 501 + i),
    ...Array.from({ length: 60 }, (_, i) => 559 - i),
  ];
  await page.evaluate(timeSteps, [1, 990, 500]);
  const near = await page.evaluate(timeSteps, neighbours);
  const far = await page.evaluate(timeSteps, jumps);
  const at = (times, share) => `${times[Math.min(times.length - 1, Math.floor(share * times.length))].toFixed(0)} ms`;
  console.log(
    `${side}^3, 1,000 rotations, input to frame: neighbouring steps median ${at(near, 0.5)}, p95 ${at(near, 0.95)}; jumps median ${at(far, 0.5)}, highest ${at(far, 1)}`,
  );
} finally {
  await browser.close();
  lab.kill("SIGTERM");
  rmSync(folder, { recursive: true, force: true });
}
