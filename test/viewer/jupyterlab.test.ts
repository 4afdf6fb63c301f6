import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type JupyterLab, startJupyterLab } from "../jupyterlab-server.js";
import { checkout, python } from "../machine.js";
import { complaints, hasChromium, launchChromium } from "./chromium.js";
import { syntheticView } from "./synthetic-view.js";

const MIME_TYPE = "application/vnd.rotoscope.view+json";
const labextension = join(checkout, "packages/jupyterlab/labextension");

/** The kernel's half is played by a Python kernel, so that this tests the front end alone. */
describe.skipIf(!hasChromium || !existsSync(python))("the labextension in JupyterLab", () => {
  const folder = mkdtempSync(join(tmpdir(), "rotoscope-lab-"));
  const { payload } = syntheticView({ title: "Saved view" });
  let lab: JupyterLab;
  let browser: Browser;
  let page: Page;
  let problems: string[];
  const region = (): Locator => page.getByRole("region", { name: "rotoscope viewer" });
  const slider = (name: string): Locator => region().getByRole("slider", { name });
  const stepIs = (step: number): Promise<void> => page.locator(`[data-step="${step}"]`).waitFor();
  const titleIs = (title: string): Promise<void> => region().locator(".rotoscope-title", { hasText: title }).waitFor();

  async function open(notebook: string): Promise<void> {
    page = await browser.newPage({ viewport: { width: 1200, height: 900 } });
    page.setDefaultTimeout(90_000);
    problems = complaints(page);
    await page.goto(`${lab.address}/lab/tree/${notebook}?reset`);
  }
  async function runCell(index: number): Promise<void> {
    const cell = page.locator(".jp-CodeCell").nth(index);
    await cell.locator(".cm-content").click();
    await page.keyboard.press("Shift+Enter");
    await cell.locator(".jp-OutputArea-output", { hasText: "done" }).waitFor({ timeout: 10_000 });
  }
  /** Lab ignores a cell that is run before its session is ready, which nothing on the page tells. */
  async function runFirstCell(): Promise<void> {
    for (let attempt = 0; attempt < 6; attempt++) {
      if (
        await runCell(0).then(
          () => true,
          () => false,
        )
      )
        return;
    }
    throw new Error("The first cell didn't run.");
  }

  beforeAll(async () => {
    mkdirSync(join(folder, "data/labextensions/@rotoscope"), { recursive: true });
    cpSync(labextension, join(folder, "data/labextensions/@rotoscope/jupyterlab"), { recursive: true });
    mkdirSync(join(folder, "work"));
    writeNotebook(join(folder, "work/saved.ipynb"), "none", [{ source: "", shown: payload }]);
    const display = (id: string, title: string) =>
      `payload["id"] = "${id}"; payload["description"]["title"] = "${title}"\ndisplay({"${MIME_TYPE}": payload}, raw=True, display_id="view", update=${title === "Updated" ? "True" : "False"})\nprint("done")`;
    writeNotebook(join(folder, "work/live.ipynb"), "python3", [
      { source: `${readFileSync(join(checkout, "test/viewer/view-host.py"), "utf8")}\nprint("done")` },
      { source: `payload = ${pythonLiteral(payload)}\n${display("synthetic", "Saved view")}` },
      { source: `description["title"] = "Updated live"\n${display("synthetic", "Updated")}` },
      { source: display("forgotten", "Updated") },
    ]);
    lab = await startJupyterLab(join(folder, "work"), { variables: { JUPYTER_PATH: join(folder, "data") } });
    browser = await launchChromium();
  });
  afterEach(async () => {
    await page.close();
  });
  afterAll(async () => {
    await browser?.close();
    await lab?.stop();
    rmSync(folder, { recursive: true });
  });

  it("shows the saved view of a notebook whose kernel isn't there", async () => {
    await open("saved.ipynb");
    await page
      .locator(".jp-Dialog")
      .getByRole("button", { name: /No Kernel|Cancel/ })
      .click();
    await region().and(page.locator("[data-ready=true]")).waitFor();
    expect(await region().textContent()).toContain("Saved view. Run the cell again to see it in full.");
    await slider("Rotation step").fill("4");
    await stepIs(4);
    expect(problems).toEqual([]);
  });

  it("asks the kernel, keeps step and slices when it displays anew, and falls back when it restarts", async () => {
    await open("live.ipynb");
    await page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]").waitFor();
    await runFirstCell();
    await runCell(1);
    await titleIs("Live view");
    await stepIs(50);
    await slider("Rotation step").fill("8");
    await stepIs(8);
    expect(Number(await region().getAttribute("data-max-score"))).toBeCloseTo(0.8, 6);
    await slider("Rotation step").press("ArrowLeft");
    await stepIs(7);
    await slider("Slice y").fill("2");

    await runCell(2);
    await titleIs("Updated live");
    expect(await region().getAttribute("data-step")).toBe("7");
    expect(await slider("Slice y").inputValue()).toBe("2");

    await runCell(3);
    await region().getByText("Saved view. The kernel doesn't know this view.").waitFor();
    expect(await slider("Rotation step").inputValue()).toBe("7");
    await runCell(2);
    await titleIs("Updated live");

    await page.getByRole("menuitem", { name: "Kernel", exact: true }).click();
    await page.locator(".lm-Menu-itemLabel", { hasText: /^Restart Kernel…$/ }).click();
    await page.locator(".jp-Dialog").getByRole("button", { name: "Confirm Kernel Restart" }).click();
    await region()
      .getByText(/^Saved view\. The kernel .*run the cell again\.$/)
      .waitFor();
    await slider("Rotation step").fill("3");
    await stepIs(3);
    expect(problems.filter((problem) => !problem.includes("Connection lost"))).toEqual([]);
  }, 120_000);
});

interface Cell {
  readonly source: string;
  readonly shown?: unknown;
}

function writeNotebook(path: string, kernel: string, cells: readonly Cell[]): void {
  const notebook = {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: { kernelspec: { name: kernel, display_name: kernel, language: "python" } },
    cells: cells.map(({ source, shown }, index) => ({
      id: `cell-${index}`,
      cell_type: "code",
      source,
      metadata: {},
      execution_count: null,
      outputs: shown === undefined ? [] : [{ output_type: "display_data", data: { [MIME_TYPE]: shown }, metadata: {} }],
    })),
  };
  writeFileSync(path, JSON.stringify(notebook));
}

function pythonLiteral(value: unknown): string {
  return `__import__("json").loads(${JSON.stringify(JSON.stringify(value))})`;
}
