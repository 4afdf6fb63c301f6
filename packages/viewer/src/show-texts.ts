import type { ProgressEvent, ViewDescription } from "@rotoscope/arrow/messages";
import type { ViewerElements } from "./elements.js";
import type { Slider } from "./make-elements.js";
import { formatDuration, formatValue } from "./readout.js";

const MAP_NAMES = { scores: "Scores", rotations: "Rotations", target: "Target" } as const;

/** Writes title, choice of maps, limits of the sliders, and notes. */
export function showDescription(ui: ViewerElements, description: ViewDescription): void {
  const { title, shape, wholeShape, binning, voxelSizeAngstrom, maps, stepCount, running } = description;
  const { ownerDocument: document } = ui.region;
  const axes = wholeShape[0] === 1 ? [1, 2] : [0, 1, 2];
  ui.region.classList.toggle("rotoscope-planar", wholeShape[0] === 1);
  ui.title.textContent = title;
  const size = `${axes.map((axis) => wholeShape[axis]).join(" × ")} voxels (${axes.map((axis) => "zyx"[axis]).join(", ")})`;
  ui.size.textContent = `${size}${voxelSizeText(axes.map((axis) => voxelSizeAngstrom[axis]! / binning))}`;
  ui.map.replaceChildren(...maps.map((map) => new Option(MAP_NAMES[map], map)));
  ui.map.disabled = maps.length < 2;
  ui.slices.forEach(({ element, input }, axis) => {
    input.max = String(shape[axis]! - 1);
    input.disabled = shape[axis] === 1;
    element.hidden = axis === 0 && shape[0] === 1;
  });
  ui.steps.step.input.max = String(stepCount);
  ui.steps.element.hidden = stepCount === 0;
  ui.progress.hidden = !running;
  ui.notes.replaceChildren(
    ...notesOf(description).map((note) => Object.assign(document.createElement("li"), { textContent: note })),
  );
}

function notesOf({ shape, maps, hasHistory, hasThisRotation, running, stepCount, notes }: ViewDescription): string[] {
  const all = [...notes];
  if (shape.includes(0)) all.push("There are no voxels to show.");
  if (stepCount === 0 || running || !maps.includes("scores")) return all;
  if (!hasHistory)
    all.push(
      hasThisRotation
        ? "Without a history the best so far can be shown for the last step only."
        : "Without a history only the last step can be shown.",
    );
  return all;
}

/** Writes a text unless it stands there: writing it again would have it laid out and painted again. */
export function showText(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** Writes what step is on show and how good the best score was then. */
export function showStep(ui: ViewerElements, step: number, stepCount: number, maxScore: number): void {
  ui.region.dataset.step = String(step);
  ui.region.dataset.maxScore = String(maxScore);
  showText(ui.steps.best, `best ${formatValue(maxScore)}`);
  showText(ui.steps.step.output, `${step} / ${stepCount}`);
  ui.steps.step.input.setAttribute("aria-valuetext", `${step} of ${stepCount}`);
}

/** Writes the progress line: done, rate, time left, best so far. */
export function showProgress(ui: ViewerElements, { done, total, elapsedSeconds, maxScore }: ProgressEvent): void {
  const rate = elapsedSeconds > 0 ? done / elapsedSeconds : 0;
  ui.progress.hidden = false;
  ui.progressTrack.setAttribute("aria-valuemin", "0");
  ui.progressTrack.setAttribute("aria-valuemax", String(total));
  ui.progressTrack.setAttribute("aria-valuenow", String(done));
  ui.progressFill.style.width = `${(100 * done) / Math.max(1, total)}%`;
  const parts = [`${done} / ${total} rotations`];
  if (rate > 0)
    parts.push(`${rate.toFixed(rate < 10 ? 1 : 0)} per second`, `${formatDuration((total - done) / rate)} left`);
  if (Number.isFinite(maxScore)) parts.push(`best ${formatValue(maxScore)}`);
  showText(ui.progressText, parts.join("  ·  "));
}

/** Moves a slider to a value and writes it beside. */
export function showSlider({ input, output }: Slider, value: number): void {
  input.value = output.textContent = String(value);
}

function voxelSizeText(sizes: readonly number[]): string {
  if (!sizes.every((size) => size > 0)) return "";
  const rounded = sizes.map((size) => Number(size.toFixed(3)));
  return rounded.every((size) => size === rounded[0]) ? `, ${rounded[0]} Å` : `, ${rounded.join(" × ")} Å`;
}
