// What JupyterLab's user waits for, in Chromium: node test/peers/jupyterlab.mjs [LARGE.mrc]
// From the double-click on a volume of 2 GB to its first slice, scrubbing through its planes, what the extension loads before a viewer opens, and messages of
// 16 KB from a kernel to the page with and without our server extension.
import { spawn } from "node:child_process";
import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { writeMrc } from "@rotoscope/formats/mrc";
import { chromium } from "playwright-core";
import { findChromium } from "../../scripts/debian-packages.mjs";
import { jupyterVariables } from "../../scripts/jupyter-parts.mjs";
import { python } from "../../scripts/python-env.mjs";

const folder = mkdtempSync(join(tmpdir(), "rotoscope-lab-bench-"));
writeLarge(join(folder, "large.mrc"), [512, 1024, 1024]);
const browser = await chromium.launch({ executablePath: findChromium(), args: ["--no-sandbox", "--disable-gpu"] });
try {
  for (const enabled of [false, true]) {
    await withServer(enabled, async (address) => {
      const delays = await messageDelays(address);
      console.log(`16 KB, kernel to browser, ${enabled ? "with" : "without"} the server extension: ${summary(delays)}`);
      if (enabled) await measureViewer(address);
    });
  }
} finally {
  await browser.close();
  rmSync(folder, { recursive: true });
}

async function measureViewer(address) {
  const page = await browser.newPage({ viewport: { width: 1300, height: 900 } });
  page.setDefaultTimeout(60_000);
  let loaded = 0;
  page.on("response", async (response) => {
    if (response.url().includes("/extensions/@rotoscope/")) loaded += (await response.body()).length;
  });
  await page.goto(`${address}/lab?reset`);
  const item = page.locator(".jp-DirListing-item", { hasText: "large.mrc" });
  await item.waitFor();
  await pause(3000);
  console.log(`loaded before a viewer opens: ${(loaded / 1000).toFixed(1)} KB`);
  const start = Date.now();
  await item.dblclick();
  await page.locator("[role=region][data-ready=true]").waitFor();
  console.log(
    `double-click to first slice of ${statSync(join(folder, "large.mrc")).size} bytes: ${Date.now() - start} ms`,
  );
  await pause(4000);
  const times = await page.evaluate(scrub, 60);
  console.log(`z scrubbing, from the slider's input to the painted frame: ${summary(times)}`);
  await page.close();
}

/** In the page: moves the slider plane by plane, the next when the canvas of z has changed. */
async function scrub(moves) {
  const region = document.querySelector("[role=region][aria-label='rotoscope viewer']");
  const slider = region.querySelector("input[aria-label='Slice z']") ?? region.querySelectorAll("input[type=range]")[0];
  const original = CanvasRenderingContext2D.prototype.putImageData;
  let painted = () => {};
  CanvasRenderingContext2D.prototype.putImageData = function (...args) {
    painted();
    return original.apply(this, args);
  };
  const times = [];
  for (let move = 0; move < moves; move++) {
    const start = performance.now();
    const frame = new Promise((resolve) => {
      painted = () => requestAnimationFrame(resolve);
    });
    slider.value = String(300 + move);
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    await frame;
    times.push(performance.now() - start);
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
  return times;
}

/** A Python kernel shows 60 texts of 16 KB with the time in them; the page subtracts. */
async function messageDelays(address) {
  const page = await browser.newPage();
  const kernel = await (await fetch(`${address}/api/kernels`, { method: "POST", body: "{}" })).json();
  const code = `
import time
from IPython.display import publish_display_data
for _ in range(60):
    time.sleep(0.12)
    publish_display_data({"text/plain": str(time.time() * 1000) + " " + "x" * 16384})`;
  const delays = await page.evaluate(
    async ([url, text]) => {
      const socket = new WebSocket(url);
      await new Promise((resolve) => {
        socket.onopen = resolve;
      });
      const found = [];
      const done = new Promise((resolve) => {
        socket.onmessage = ({ data }) => {
          const now = performance.timeOrigin + performance.now();
          const message = JSON.parse(data);
          if (message.msg_type === "display_data")
            found.push(now - Number.parseFloat(message.content.data["text/plain"]));
          if (found.length === 60) resolve();
        };
      });
      const header = {
        msg_id: "1",
        msg_type: "execute_request",
        username: "",
        session: "s",
        version: "5.3",
        date: new Date().toISOString(),
      };
      const content = { code: text, silent: false, store_history: false, user_expressions: {}, allow_stdin: false };
      socket.send(JSON.stringify({ header, parent_header: {}, metadata: {}, channel: "shell", content, buffers: [] }));
      await done;
      return found;
    },
    [`${address.replace("http", "ws")}/api/kernels/${kernel.id}/channels?session_id=s`, code],
  );
  await fetch(`${address}/api/kernels/${kernel.id}`, { method: "DELETE" });
  await page.close();
  return delays;
}

async function withServer(enabled, work) {
  const port = 20_000 + Math.floor(Math.random() * 20_000);
  const address = `http://127.0.0.1:${port}`;
  const options = [
    "--no-browser",
    "--allow-root",
    `--port=${port}`,
    "--IdentityProvider.token=",
    "--ServerApp.disable_check_xsrf=True",
    "--ServerApp.allow_origin=*",
    `--ServerApp.root_dir=${folder}`,
    `--ServerApp.jpserver_extensions={'jupyterlab': True, 'jupyterlab_rotoscope': ${enabled ? "True" : "False"}}`,
  ];
  const server = spawn(python, ["-m", "jupyterlab", ...options], {
    env: { ...process.env, ...jupyterVariables(), JUPYTERLAB_WORKSPACES_DIR: join(folder, ".workspaces") },
    stdio: "ignore",
  });
  const ended = new Promise((resolve) => server.once("exit", resolve));
  try {
    while (
      !(await fetch(`${address}/api`).then(
        ({ ok }) => ok,
        () => false,
      ))
    )
      await pause(200);
    await work(address);
  } finally {
    server.kill("SIGTERM");
    await ended;
  }
}

/** A sparse file of zeros, with a header that says so. */
function writeLarge(path, [nz, ny, nx]) {
  const volume = { data: new Float32Array(nx), shape: [1, 1, nx], stride: [nx, nx, 1] };
  const header = writeMrc({ ...volume, voxelSizeAngstrom: [1, 1, 1], originAngstrom: [0, 0, 0] }).slice(0, 1024);
  const view = new DataView(header.buffer);
  [nx, ny, nz].forEach((length, axis) => {
    view.setInt32(4 * axis, length, true);
    view.setInt32(28 + 4 * axis, length, true);
  });
  const file = openSync(path, "w");
  writeSync(file, header);
  ftruncateSync(file, 1024 + 4 * nz * ny * nx);
  closeSync(file);
}

function summary(times) {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))].toFixed(1);
  return `median ${at(0.5)} ms, p95 ${at(0.95)} ms, least ${at(0)} ms`;
}
