import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { renderPage } from "@rotoscope/viewer/page";
import type { Browser, BrowserContextOptions, Locator, Page } from "playwright-core";
import { complaints } from "./chromium.js";

const script = readFileSync(createRequire(import.meta.url).resolve("@rotoscope/viewer/standalone.js"), "utf8");

/** A page opened from disk, once its first paint is done. */
export interface OpenPage {
  readonly page: Page;
  readonly region: Locator;
  /** What the page complained about. */
  readonly problems: string[];
  slider(name: string): Locator;
  button(name: string): Locator;
  stepIs(step: number): Promise<void>;
  close(): Promise<void>;
}

/** Writes `payload` as a page and opens it. */
export async function openStaticPage(
  browser: Browser,
  payload: unknown,
  options: BrowserContextOptions = {},
): Promise<OpenPage> {
  const folder = mkdtempSync(join(tmpdir(), "rotoscope-page-"));
  const file = join(folder, "page.html");
  writeFileSync(file, renderPage({ title: "Test", payload, script }));
  const page = await browser.newPage({ viewport: { width: 1000, height: 1300 }, ...options });
  const problems = complaints(page);
  await page.goto(pathToFileURL(file).href);
  const region = page.getByRole("region", { name: "rotoscope viewer" });
  await region.and(page.locator("[data-ready=true]")).waitFor();
  return {
    page,
    region,
    problems,
    slider: (name) => region.getByRole("slider", { name, exact: true }),
    button: (name) => region.getByRole("button", { name, exact: true }),
    stepIs: (step) => page.locator(`[data-step="${step}"]`).waitFor(),
    async close() {
      await page.close();
      rmSync(folder, { recursive: true });
    },
  };
}
