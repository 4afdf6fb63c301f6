import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type JupyterLab, startJupyterLab } from "../jupyterlab-server.js";
import { python } from "../machine.js";
import { notebookOf } from "../notebook-file.js";
import { hasChromium, launchChromium } from "../viewer/chromium.js";

const ready = hasChromium && existsSync(python);
const CELLS = [
  "const twice = (n: number): number => 2 * n;\nconsole.log('logged', twice(4));",
  "for (const step of progress([1, 2, 3], { label: 'steps' })) await new Promise((resolve) => setTimeout(resolve, 150));",
  "const name = await input('Who? '); 'hello ' + name",
  "for (let i = 0; i < 5000; i++) console.log('line ' + i)",
  "throw new Error('on purpose')",
];

const FRONT_ENDS = [
  { name: "Notebook 7", path: "notebooks/cells.ipynb", ready: "TypeScript (rotoscope)" },
  { name: "JupyterLab", path: "lab/tree/cells.ipynb?reset", ready: "(rotoscope) | Idle" },
];

describe.skipIf(!ready)(`the kernel in front ends${ready ? "" : " (needs .venv and Chromium)"}`, () => {
  const folder = mkdtempSync(join(tmpdir(), "kernel-notebook-"));
  let server: JupyterLab;
  let browser: Browser;

  beforeAll(async () => {
    server = await startJupyterLab(folder);
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    rmSync(folder, { recursive: true });
  });

  test.each(FRONT_ENDS)(
    "$name runs cells with output, progress, input, many lines and an error",
    {
      timeout: 240_000,
    },
    async ({ path, ready: sign }) => {
      writeFileSync(join(folder, "cells.ipynb"), JSON.stringify(notebookOf(CELLS)));
      const page = await browser.newPage({ viewport: { width: 1200, height: 2000 } });
      page.setDefaultTimeout(90_000);
      await page.goto(`${server.address}/${path}`);
      await page.getByText(sign).first().waitFor();
      await page.waitForTimeout(1500);
      await page.getByRole("menuitem", { name: "Run", exact: true }).click();
      await page.getByText("Run All Cells", { exact: true }).click();
      await output(page, "logged 8");
      const bar = page.locator(".jp-OutputArea-output progress");
      await expect.poll(() => bar.first().getAttribute("value"), { timeout: 60_000 }).toBe("1");
      expect(await bar.count()).toBe(1);
      const line = page.locator("input.jp-Stdin-input");
      await line.fill("Ada");
      await line.press("Enter");
      await output(page, "'hello Ada'");
      await output(page, "line 4999");
      await output(page, "on purpose");
      const printed = page.locator(".jp-OutputArea-output", { hasText: "line 4999" });
      const lines = ((await printed.textContent()) ?? "").trim().split("\n");
      expect(lines).toEqual(Array.from({ length: 5000 }, (_, index) => `line ${index}`));
      await page.close();
    },
  );
});

async function output(page: Page, text: string): Promise<void> {
  await page.locator(".jp-OutputArea-output", { hasText: text }).first().waitFor({ timeout: 60_000 });
}
