import { type ColorTable, cssColor } from "./color-tables.js";
import type { ElementMaker } from "./make-elements.js";
import { formatValue } from "./readout.js";
import { type Histogram, percentile } from "./score-histogram.js";

/** Two handles on the colours of a map, to drag or to move by keyboard, and percentiles to choose from. */
export interface ContrastControl {
  readonly element: HTMLElement;
  /** Shows the limits `range` within `whole`; `suggested`: they are those that the map came with. */
  show(table: ColorTable, whole: readonly [number, number], range: readonly [number, number], suggested: boolean): void;
  setEnabled(enabled: boolean): void;
}

const PERCENTILES = [
  ["suggested", "suggested"],
  ["0", "all values"],
  ["0.1", "0.1 to 99.9 %"],
  ["1", "1 to 99 %"],
  ["5", "5 to 95 %"],
  ["custom", "set by hand"],
] as const;

/** `histogram` gives that of the map on show; `onChange` gets limits, or null for the suggested ones. */
export function contrastControl(
  { make, choice }: ElementMaker,
  histogram: () => Promise<Histogram | null>,
  onChange: (range: readonly [number, number] | null) => void,
): ContrastControl {
  const strip = make("canvas", "strip");
  strip.width = 256;
  strip.height = 1;
  strip.setAttribute("aria-hidden", "true");
  const handle = (name: string) => {
    const input = make("input", "");
    input.type = "range";
    input.step = "any";
    input.setAttribute("aria-label", name);
    return input;
  };
  const [low, high] = [handle("Contrast low"), handle("Contrast high")];
  const [lowText, highText] = [make("span", "value"), make("span", "value")];
  const range = choice("Range", PERCENTILES);
  range.select.querySelector<HTMLOptionElement>("[value=custom]")!.hidden = true;
  const element = make(
    "div",
    "contrast",
    make("span", "", "Contrast"),
    lowText,
    make("div", "dual", strip, low, high),
    highText,
    range.element,
  );

  function showLimits(): void {
    const [from, to, least, most] = [low.value, high.value, low.min, high.max].map(Number) as [
      number,
      number,
      number,
      number,
    ];
    lowText.textContent = formatValue(from);
    highText.textContent = formatValue(to);
    low.setAttribute("aria-valuetext", formatValue(from));
    high.setAttribute("aria-valuetext", formatValue(to));
    const part = (value: number) => `${(100 * (value - least)) / Math.max(1e-30, most - least)}%`;
    element.style.setProperty("--rs-from", part(from));
    element.style.setProperty("--rs-to", part(to));
  }

  function onDrag(moved: HTMLInputElement): void {
    const gap = (Number(low.max) - Number(low.min)) / 1000;
    if (moved === low) low.value = String(Math.min(Number(low.value), Number(high.value) - gap));
    else high.value = String(Math.max(Number(high.value), Number(low.value) + gap));
    range.select.value = "custom";
    showLimits();
    onChange([Number(low.value), Number(high.value)]);
  }
  low.addEventListener("input", () => onDrag(low));
  high.addEventListener("input", () => onDrag(high));
  range.select.addEventListener("change", async () => {
    const { value } = range.select;
    if (value === "suggested") return onChange(null);
    const known = await histogram();
    if (!known) return;
    const share = Number(value) / 100;
    const limits = [percentile(known, share), percentile(known, 1 - share)] as const;
    onChange(limits[1] > limits[0] ? limits : null);
  });

  return {
    element,
    show(table, whole, limits, suggested) {
      const context = strip.getContext("2d")!;
      for (let x = 0; x < 256; x++) {
        context.fillStyle = cssColor(table.words[x]!);
        context.fillRect(x, 0, 1, 1);
      }
      const [least, most] = [Math.min(whole[0], limits[0]), Math.max(whole[1], limits[1])];
      for (const input of [low, high]) {
        input.min = String(least);
        input.max = String(most);
      }
      low.value = String(limits[0]);
      high.value = String(limits[1]);
      if (suggested) range.select.value = "suggested";
      showLimits();
    },
    setEnabled(enabled) {
      low.disabled = high.disabled = range.select.disabled = !enabled;
      element.hidden = !enabled;
    },
  };
}
