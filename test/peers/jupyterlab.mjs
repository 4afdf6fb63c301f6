// What JupyterLab's user waits for, in Chromium: node test/peers/jupyterlab.mjs [LARGE.mrc]
// From the double-click on a volume of 2 GB to its first slice, scrubbing through its planes, what the extension loads before a viewer opens, and slices of 16 KB
// that the page asks our kernel for, by turns through a server with our server extension and one without.
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
const servers = [];
try {
  for (const enabled of [false, true]) servers.push(await startServer(enabled));
  const [without, withIt] = servers;
  await measureSlices(without, withIt);
  await measureViewer(withIt.address);
} finally {
  await browser.close();
  await Promise.all(servers.map(({ stop }) => stop()));
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
    slider.value = String(257 + move);
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    await frame;
    times.push(performance.now() - start);
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
  return times;
}

/** Both servers' kernels answer with the same slices; they are asked by turns, so that both meet the same machine. */
async function measureSlices(without, withIt) {
  const pages = await Promise.all([without, withIt].map(({ address }) => openView(address)));
  const times = [[], []];
  const sums = [0, 0];
  for (let round = 0; round < 60; round++)
    for (const [i, { page }] of pages.entries()) {
      const { milliseconds, sum } = await page.evaluate((z) => globalThis.askForSlice(z), round);
      if (round >= 10) times[i].push(milliseconds);
      sums[i] += sum;
      await pause(60);
    }
  if (sums[0] !== sums[1] || sums[0] === 0) throw new Error(`the slices differ: ${sums}`);
  console.log(`slice of 16 KB from kernel to browser, without the server extension: ${summary(times[0])}`);
  console.log(`slice of 16 KB from kernel to browser, with the server extension: ${summary(times[1])}`);
  for (const { page, end } of pages) {
    await end();
    await page.close();
  }
}

/** A page that has a view of our kernel; `askForSlice(z)` there asks for 64 x 64 float32 and waits for them. */
async function openView(address) {
  const page = await browser.newPage();
  const body = JSON.stringify({ name: "rotoscope" });
  const kernel = await (await fetch(`${address}/api/kernels`, { method: "POST", body })).json();
  await page.evaluate(connect, [
    `${address.replace("http", "ws")}/api/kernels/${kernel.id}/channels?session_id=s`,
    `const { show } = await import("rotoscope");
const data = Float32Array.from({ length: 64 ** 3 }, (_, i) => i % 1000);
show({ data, shape: [64, 64, 64], stride: [4096, 64, 1], voxelSizeAngstrom: [1, 1, 1], originAngstrom: [0, 0, 0] });`,
  ]);
  return { page, end: () => fetch(`${address}/api/kernels/${kernel.id}`, { method: "DELETE" }) };
}

/** In the page: runs the cell and opens a comm to the view that it shows. */
async function connect([url, code]) {
  const socket = new WebSocket(url);
  socket.binaryType = "arraybuffer";
  await new Promise((resolve) => {
    socket.onopen = resolve;
  });
  let count = 0;
  const send = (type, content) => {
    const header = {
      msg_id: String(++count),
      msg_type: type,
      username: "",
      session: "s",
      version: "5.3",
      date: new Date().toISOString(),
    };
    socket.send(JSON.stringify({ header, parent_header: {}, metadata: {}, channel: "shell", content, buffers: [] }));
  };
  const next = (wanted) =>
    new Promise((resolve, reject) => {
      socket.onmessage = ({ data }) => {
        const message = parse(data);
        if (message.msg_type === "error") reject(new Error(message.content.evalue));
        else if (wanted(message)) resolve(message);
      };
    });
  send("execute_request", { code, silent: false, store_history: false, user_expressions: {}, allow_stdin: false });
  const mime = "application/vnd.rotoscope.view+json";
  const shown = await next(({ msg_type, content }) => msg_type === "display_data" && mime in content.data);
  send("comm_open", { comm_id: "c", target_name: "rotoscope.view", data: { id: shown.content.data[mime].id } });
  globalThis.askForSlice = async (z) => {
    const start = performance.now();
    const planes = [{ map: "target", axis: 0, index: z }];
    send("comm_msg", { comm_id: "c", data: { type: "frame", sequence: z + 1, step: null, view: "best", planes } });
    const reply = await next(({ msg_type, content }) => msg_type === "comm_msg" && content.data.sequence === z + 1);
    const milliseconds = performance.now() - start;
    return { milliseconds, sum: new Float32Array(reply.buffers[0]).reduce((sum, value) => sum + value, 0) };
  };

  /** Jupyter's first websocket protocol: JSON, or a table of offsets, JSON and buffers. */
  function parse(data) {
    if (typeof data === "string") return JSON.parse(data);
    const view = new DataView(data);
    const offsets = Array.from({ length: view.getUint32(0) }, (_, i) => view.getUint32(4 + 4 * i));
    const [json, ...buffers] = offsets.map((offset, i) => data.slice(offset, offsets[i + 1]));
    return { ...JSON.parse(new TextDecoder().decode(json)), buffers };
  }
}

async function startServer(enabled) {
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
  const answers = () =>
    fetch(`${address}/api`).then(
      ({ ok }) => ok,
      () => false,
    );
  while (!(await answers())) await pause(200);
  return {
    address,
    stop: () => {
      server.kill("SIGTERM");
      return ended;
    },
  };
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
