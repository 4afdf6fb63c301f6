import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasChromium, launchChromium } from "./chromium.js";
import { type OpenPage, openStaticPage } from "./open-static-page.js";
import { syntheticView } from "./synthetic-view.js";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

/** Runs in the page. */
declare const checkAccess: () => Promise<Violation[]>;

async function violations({ page }: OpenPage): Promise<string[]> {
  await page.evaluate(axe);
  await page.evaluate(`globalThis.checkAccess = () => axe.run("[aria-label='rotoscope viewer']", {
    runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"],
  }).then((results) => results.violations)`);
  const found = await page.evaluate(() => checkAccess());
  return found.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`));
}

describe.skipIf(!hasChromium)("the viewer's accessibility", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser.close());

  it.each(["light", "dark"] as const)("has no violation of WCAG 2 A and AA in the %s theme", async (colorScheme) => {
    const open = await openStaticPage(browser, syntheticView().payload, { colorScheme });
    await open.region.getByText(/^improved \d/).waitFor();
    await open.button("Remove pick 1").click();
    await open.region.getByLabel("Over target").check();
    expect(await violations(open)).toEqual([]);
    await open.region.getByLabel("Map").selectOption("rotations");
    await open.button("Enlarge slice y").click();
    expect(await violations(open)).toEqual([]);
    await open.close();
  });

  it("reaches every control by Tab, and shows which has the focus", async () => {
    const open = await openStaticPage(browser, syntheticView().payload);
    await open.region.getByText(/^improved \d/).waitFor();
    const controls = open.region.locator(
      "button:visible:enabled, input:visible:enabled, select:visible:enabled, [tabindex='0']:visible",
    );
    const names = await controls.evaluateAll((elements) =>
      elements.map((element, index) => {
        const name = `${element.tagName} ${element.getAttribute("aria-label") ?? element.textContent} ${index}`;
        (element as HTMLElement).dataset.testName = name;
        return name;
      }),
    );
    const seen = new Set<string>();
    for (let press = 0; press < names.length + 5; press++) {
      await open.page.keyboard.press("Tab");
      const [name, outline] = await open.page.evaluate(() => {
        const focused = document.activeElement as HTMLElement;
        return [focused.dataset.testName, getComputedStyle(focused).outlineStyle] as const;
      });
      if (name === undefined) continue;
      expect(outline, name).not.toBe("none");
      seen.add(name);
    }
    expect(names.filter((name) => !seen.has(name))).toEqual([]);
    await open.close();
  });

  it("steps, jumps, plays and zooms by the keys of the slices", async () => {
    const open = await openStaticPage(browser, syntheticView().payload);
    const { page, region } = open;
    await region.getByText(/^improved \d/).waitFor();
    await region.getByRole("group", { name: "Slices" }).focus();
    await page.keyboard.press("ArrowLeft");
    await open.stepIs(19);
    await page.keyboard.press("Shift+ArrowLeft");
    await open.stepIs(9);
    await page.keyboard.press("Home");
    await open.stepIs(0);
    await page.keyboard.press("n");
    await open.stepIs(1);
    await page.keyboard.press("End");
    await open.stepIs(20);
    await page.keyboard.press(" ");
    await open.button("Pause").waitFor();
    await page.keyboard.press(" ");
    await open.button("Play").waitFor();
    expect(open.problems).toEqual([]);
    await open.close();
  });
});
