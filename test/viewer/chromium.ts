import { type Browser, chromium, type Page } from "playwright-core";
import { chromium as installed } from "../machine.js";

const executablePath = process.env.CHROMIUM_PATH ?? installed;

/** Whether a Chromium is there to test with. */
export const hasChromium: boolean = executablePath !== undefined;

/** Starts a headless Chromium with an empty profile. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: executablePath!,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--disable-background-networking",
      "--disable-component-update",
    ],
  });
}

/** Collects what the page complains about: console errors and warnings, uncaught exceptions. */
export function complaints(page: Page): string[] {
  const found: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") found.push(message.text());
  });
  page.on("pageerror", (error) => found.push(error.message));
  return found;
}
