import type { ProgressEvent, ViewDescription } from "@rotoscope/arrow/messages";
import type { Slider, ViewerElements } from "./elements.js";
import { formatDuration, formatValue } from "./readout.js";

const MAP_NAMES = { scores: "Scores", rotations: "Rotations", target: "Target" } as const;

/** Writes title, choice of maps, limits of the sliders, and notes. */
export function showDescription(ui: ViewerElements, description: ViewDescription): void {
  const { title, shape, voxelSizeAngstrom, maps, stepCount, hasHistory, running, notes } = description;
  const { ownerDocument: document } = ui.region;
  ui.title.textContent = title;
  ui.size.textContent = `${shape.join(" × ")} voxels (z, y, x)${voxelSizeText(voxelSizeAngstrom)}`;
  ui.map.replaceChildren(...maps.map((map) => new Option(MAP_NAMES[map], map)));
  ui.map.disabled = maps.length < 2;
  ui.slices.forEach(({ input }, axis) => {
    input.max = String(shape[axis]! - 1);
    input.disabled = shape[axis] === 1;
  });
  ui.step.input.max = String(stepCount);
  ui.step.input.disabled = ui.play.disabled = !hasHistory;
  ui.progress.hidden = !running;
  ui.steps.hidden = stepCount === 0;
  const all =
    hasHistory || running || stepCount === 0 ? notes : [...notes, "Without a history only the last step can be shown."];
  ui.notes.replaceChildren(...all.map((note) => Object.assign(document.createElement("li"), { textContent: note })));
}

/** Writes what step is on show and how good the best score was then. */
export function showStep(ui: ViewerElements, step: number, stepCount: number, maxScore: number): void {
  ui.region.dataset.step = String(step);
  ui.region.dataset.maxScore = String(maxScore);
  ui.best.textContent = `best ${formatValue(maxScore)}`;
  ui.step.output.textContent = `${step} / ${stepCount}`;
  ui.step.input.setAttribute("aria-valuetext", `${step} of ${stepCount}`);
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
  ui.progressText.textContent = parts.join("  ·  ");
}

/** Moves a slider to a value and writes it beside. */
export function showSlider({ input, output }: Slider, value: number): void {
  input.value = output.textContent = String(value);
}

function voxelSizeText(sizes: readonly [number, number, number]): string {
  if (!sizes.every((size) => size > 0)) return "";
  const [z, y, x] = sizes.map((size) => Number(size.toFixed(3)));
  return z === y && y === x ? `, ${x} Å` : `, ${z} × ${y} × ${x} Å`;
}
