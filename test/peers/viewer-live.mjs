// What watching costs a search: rotations a second of the same search in JupyterLab with its live view and without one, by turns, browser and all on one machine;
// and the processor seconds of each process meanwhile. Needs .venv with JupyterLab. Usage: node test/peers/viewer-live.mjs [workers=2] [seconds=30] [rounds=2] [bin=1]
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { findChromium } from "../../scripts/debian-packages.mjs";
import { jupyterVariables } from "../../scripts/jupyter-parts.mjs";
import { python } from "../../scripts/python-env.mjs";

const [workers = 2, seconds = 30, rounds = 2] = process.argv.slice(2).map(Number);
/** Until the steady state: threads and page have started. */
const WARM_UP_SECONDS = 5;
const TICKS_PER_SECOND = 100;
const data = fileURLToPath(new URL("../../notebooks/data/", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "rotoscope-live-"));

const cellFor = (shown) => `import { writeFileSync } from "node:fs";
import { match, readVolume, rotationSet, show } from "rotoscope";
const [target, template] = [await readVolume(${JSON.stringify(`${data}microtubule_13pf.mrc`)}), await readVolume(${JSON.stringify(`${data}tubulin.mrc`)})];
const search = match({ target, template, rotations: rotationSet({ angularSamplingDegrees: 7 }), workers: ${workers}, history: false });
const seen: number[][] = [];
const timer = setInterval(() => {
  const { done, elapsedSeconds } = search.progress;
  seen.push([elapsedSeconds, done]);
  if (elapsedSeconds < ${WARM_UP_SECONDS + seconds}) return;
  clearInterval(timer);
  search.stop();
  writeFileSync(${JSON.stringify(join(folder, "seen.json"))}, JSON.stringify(seen));
}, 250);
${shown ? "show(search);" : ""}`;

for (const [name, shown] of [
  ["without", false],
  ["with", true],
])
  writeFileSync(
    join(folder, `${name}.ipynb`),
    JSON.stringify({
      nbformat: 4,
      nbformat_minor: 5,
      metadata: {
        kernelspec: { name: "rotoscope", display_name: "TypeScript (rotoscope)", language: "typescript" },
      },
      cells: [{ id: "c", cell_type: "code", source: cellFor(shown), metadata: {}, execution_count: null, outputs: [] }],
    }),
  );

const port = await new Promise((resolve) => {
  const probe = createServer().listen(0, "127.0.0.1", () => {
    const { port: free } = probe.address();
    probe.close(() => resolve(free));
  });
});
const options = ["--no-browser", "--allow-root", `--port=${port}`, "--IdentityProvider.token="];
const lab = spawn(
  python,
  ["-m", "jupyterlab", ...options, "--ServerApp.disable_check_xsrf=True", `--ServerApp.root_dir=${folder}`],
  {
    env: { ...process.env, ...jupyterVariables(), JUPYTERLAB_WORKSPACES_DIR: join(folder, ".workspaces") },
    stdio: "ignore",
  },
);
const address = `http://127.0.0.1:${port}`;
const answers = () =>
  fetch(`${address}/api`).then(
    ({ ok }) => ok,
    () => false,
  );
while (!(await answers())) await pause(200);
const browser = await chromium.launch({
  executablePath: findChromium(),
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic"],
});

/** Processor seconds so far of all that this bench started, by what it is. */
function processorSeconds() {
  const processes = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  const parents = new Map(processes.map((pid) => [pid, stat(`/proc/${pid}/stat`)?.parent]));
  const isOurs = (pid) => {
    for (let at = pid; at !== undefined && at !== "0"; at = parents.get(at))
      if (at === String(process.pid)) return true;
    return false;
  };
  const sums = {};
  const add = (name, value) => {
    sums[name] = (sums[name] ?? 0) + value;
  };
  for (const pid of processes) {
    if (pid === String(process.pid) || !isOurs(pid)) continue;
    const line = readText(`/proc/${pid}/cmdline`).replaceAll("\0", " ");
    if (line.includes("kernel") && line.includes("node")) {
      for (const thread of readdirSync(`/proc/${pid}/task`)) {
        const { seconds: spent = 0 } = stat(`/proc/${pid}/task/${thread}/stat`) ?? {};
        add(thread === pid ? "kernel's main thread" : "kernel's other threads", spent);
      }
    } else {
      const type = /--type=([\w-]+)/.exec(line)?.[1];
      const name = type ? `browser: ${type}` : /chrom/.test(line) ? "browser" : "Jupyter's server";
      add(name, stat(`/proc/${pid}/stat`)?.seconds ?? 0);
    }
  }
  return sums;
}

function stat(path) {
  const text = readText(path);
  if (!text) return undefined;
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return { parent: fields[1], seconds: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND };
}

function readText(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

/** Runs the search once in a fresh page and kernel: its rate in the steady state, and what each process took for it. */
async function run(name) {
  const file = join(folder, "seen.json");
  rmSync(file, { force: true });
  const page = await browser.newPage({ viewport: { width: 1300, height: 1600 } });
  page.setDefaultTimeout(60_000);
  await page.goto(`${address}/lab/tree/${name}.ipynb?reset`);
  await page.getByText("(rotoscope) | Idle").waitFor();
  await page.waitForTimeout(3000);
  await page.locator(".jp-CodeCell .cm-content").click();
  await page.keyboard.press("Shift+Enter");
  await page.locator(".jp-InputPrompt", { hasText: "[1]:" }).waitFor();
  await page.evaluate(() => {
    globalThis.updates = 0;
    let last;
    setInterval(() => {
      const step = document.querySelector("section[aria-label='rotoscope viewer']")?.dataset.step;
      if (step !== last) globalThis.updates++;
      last = step;
    }, 50);
  });
  await page.waitForTimeout(1000 * WARM_UP_SECONDS);
  const [before, first] = [processorSeconds(), await page.evaluate(() => globalThis.updates)];
  await page.waitForTimeout(1000 * (seconds - 2));
  const [after, last] = [processorSeconds(), await page.evaluate(() => globalThis.updates)];
  while (!existsSync(file)) await pause(100);
  await pause(200);
  const seen = JSON.parse(readFileSync(file, "utf8"));
  const from = seen.find(([time]) => time >= WARM_UP_SECONDS);
  const to = seen.at(-1);
  await page.close();
  for (const { id } of await (await fetch(`${address}/api/kernels`)).json())
    await fetch(`${address}/api/kernels/${id}`, { method: "DELETE" });
  const spent = Object.fromEntries(
    Object.entries(after).map(([what, value]) => [what, (value - (before[what] ?? 0)) / (seconds - 2)]),
  );
  return {
    steady: (to[1] - from[1]) / (to[0] - from[0]),
    whole: to[1] / to[0],
    updates: (last - first) / (seconds - 2),
    spent,
  };
}

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
try {
  const runs = { without: [], with: [] };
  for (let round = 0; round < rounds; round++)
    for (const name of Object.keys(runs)) {
      const one = await run(name);
      runs[name].push(one);
      console.log(
        `${name} a view: ${one.steady.toFixed(2)} rotations/s (from the start ${one.whole.toFixed(2)})${name === "with" ? `, ${one.updates.toFixed(2)} updates/s` : ""}`,
      );
    }
  const slower = (pick) =>
    `${(100 * (1 - mean(runs.with.map(pick)) / mean(runs.without.map(pick)))).toFixed(1)} % slower`;
  console.log(
    `${workers} workers, ${seconds} s: with a view ${slower(({ steady }) => steady)}, from the start ${slower(({ whole }) => whole)}`,
  );
  for (const what of Object.keys(runs.with[0].spent)) {
    const share = (name) => `${(100 * mean(runs[name].map(({ spent }) => spent[what] ?? 0))).toFixed(1)} %`;
    console.log(`  ${what}: ${share("without")} of a core without, ${share("with")} with a view`);
  }
} finally {
  await browser.close();
  lab.kill("SIGTERM");
  rmSync(folder, { recursive: true, force: true });
}
