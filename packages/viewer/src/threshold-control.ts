import { noiseCutoff, type ViewDescription } from "@rotoscope/arrow/messages";
import type { ElementMaker } from "./make-elements.js";
import { formatValue } from "./readout.js";
import { drawHistogram, type Histogram } from "./score-histogram.js";
import { inkOf } from "./theme.js";

/** The histogram of scores with the threshold as a line to drag: a slider over its whole height, so that it works by keyboard too. */
export interface ThresholdControl {
  readonly element: HTMLElement;
  /** Sets limits and cut-off of another description. */
  describe(description: ViewDescription, histogram: Histogram | null): void;
  /** Moves the line. */
  show(threshold: number): void;
  /** Draws the columns anew, after a change of theme or size. */
  redraw(): void;
}

/** `onChange` gets each threshold as it is dragged, typed, or set to the cut-off. */
export function thresholdControl(
  { make, button }: ElementMaker,
  onChange: (threshold: number) => void,
): ThresholdControl {
  const canvas = make("canvas", "histogram rotoscope-ink");
  canvas.setAttribute("aria-hidden", "true");
  const slider = make("input", "threshold");
  Object.assign(slider, { type: "range", step: "any", min: "0", max: "1" });
  slider.setAttribute("aria-label", "Threshold");
  const mark = make("div", "cutoff");
  const [least, most] = [make("span", ""), make("span", "")];
  const value = make("input", "number");
  Object.assign(value, { type: "number", step: "any" });
  value.setAttribute("aria-label", "Threshold value");
  const positives = make("input", "number");
  Object.assign(positives, { type: "number", step: "any", min: "0", value: "1" });
  const cutoffText = make("span", "muted");
  const useCutoff = button("Use cut-off");
  const cutoffRow = make("div", "bar", make("label", "", "False positives ", positives), cutoffText, useCutoff);
  const plot = make("div", "histogram-plot", canvas, mark, slider);
  const element = make(
    "div",
    "threshold-control",
    make(
      "div",
      "bar",
      make("label", "", "Threshold ", value),
      make("span", "muted", "scores of all voxels, log scale"),
    ),
    plot,
    make("div", "ends", least, most),
    cutoffRow,
  );
  let histogram: Histogram | null = null;
  let statistics: ViewDescription["statistics"] = null;
  let cutoff: number | null = null;
  let threshold = 0;

  function redraw(): void {
    if (!histogram) return;
    const { muted, accent } = inkOf(canvas);
    drawHistogram(canvas, histogram, [Number(slider.min), Number(slider.max)], threshold, [muted, accent]);
  }

  function show(next: number): void {
    threshold = next;
    if (element.ownerDocument.activeElement !== value) value.value = formatInput(next);
    slider.value = String(next);
    slider.setAttribute("aria-valuetext", formatValue(next));
    place(plot, "--rs-at", next);
    redraw();
  }
  function place(target: HTMLElement, property: string, at: number): void {
    const [low, high] = [Number(slider.min), Number(slider.max)];
    target.style.setProperty(property, String(Math.min(1, Math.max(0, (at - low) / (high - low)))));
  }

  function showCutoff(): void {
    const wanted = positives.valueAsNumber;
    const possible = statistics !== null && wanted > 0 && wanted <= statistics.observations;
    cutoff = possible ? noiseCutoff(statistics!.meanSquare, statistics!.observations, wanted) : null;
    cutoffText.textContent = cutoff === null ? "enter a number over 0" : `cut-off ${formatValue(cutoff)}`;
    useCutoff.disabled = cutoff === null;
    mark.hidden = cutoff === null || cutoff > Number(slider.max) || cutoff < Number(slider.min);
    if (cutoff !== null) {
      place(plot, "--rs-cutoff", cutoff);
      mark.title = `Cut-off for ${wanted} false positive${wanted === 1 ? "" : "s"}`;
    }
  }

  slider.addEventListener("input", () => onChange(slider.valueAsNumber));
  value.addEventListener("change", () => {
    if (Number.isFinite(value.valueAsNumber)) onChange(value.valueAsNumber);
  });
  positives.addEventListener("input", showCutoff);
  useCutoff.addEventListener("click", () => {
    if (cutoff !== null) onChange(cutoff);
  });

  return {
    element,
    describe(description, next) {
      histogram = next;
      statistics = description.statistics;
      const [low, high] = description.ranges.scores;
      const best = description.picks[0]?.score ?? high;
      slider.min = String(low);
      slider.max = String(Math.max(high, best));
      least.textContent = formatValue(low);
      most.textContent = formatValue(Number(slider.max));
      cutoffRow.hidden = statistics === null;
      showCutoff();
    },
    show,
    redraw,
  };
}

function formatInput(value: number): string {
  return String(Number(value.toPrecision(5)));
}
