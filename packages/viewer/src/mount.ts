import type {
  FrameReply,
  MapName,
  ProgressEvent,
  Transport,
  ViewDescription,
  ViewReply,
  ViewRequest,
} from "@rotoscope/arrow/messages";
import { type ColorTable, greyTable, viridisTable } from "./color-tables.js";
import { type Slider, viewerElements } from "./elements.js";
import { heldPlanes, planeValues } from "./held-planes.js";
import { latestWins } from "./latest-wins.js";
import { paintRotations, paintValues, transposePixels } from "./paint-plane.js";
import { player } from "./player.js";
import { formatDuration, formatValue, readoutText } from "./readout.js";
import { type FigurePointer, sliceFigure } from "./slice-figure.js";
import { onThemeChange, themeColors } from "./theme.js";
import { carryState, clamp, firstState, type ViewState } from "./view-state.js";

/** A viewer on a page. */
export interface Viewer {
  /** Removes the viewer and ends its subscriptions. */
  destroy(): void;
}

const MAP_NAMES: Readonly<Record<MapName, string>> = { scores: "Scores", rotations: "Rotations", target: "Target" };
const AXES = [0, 1, 2] as const;
const REST_MS = 150;

/**
 * Shows what `transport` describes in `element`: a region named "rotoscope viewer" with three linked slices, sliders and a step
 * slider. It has `data-ready="true"` after the first paint, and `data-step` and `data-max-score` of the step on show. It opens at
 * the last step, follows a running search, and when its host fails says so and stays usable.
 */
export function mount(element: HTMLElement, transport: Transport): Viewer {
  const ui = viewerElements(element);
  const tables: Readonly<Record<"scores" | "target", ColorTable>> = { scores: viridisTable(), target: greyTable() };
  const held = heldPlanes();
  const figure = sliceFigure(ui.figure, followClick, showReadout);
  let sequence = Math.floor(Math.random() * 2 ** 40);
  let description: ViewDescription | null = null;
  let state: ViewState = { map: "scores", slices: [0, 0, 0], step: null };
  let shownStep = 0;
  let latestStep = 0;
  let pointer: FigurePointer | null = null;
  let framesWaiting = 0;
  let restTimer: ReturnType<typeof setTimeout> | undefined;
  let moveQueued = false;
  let width = 0;
  let closed = false;

  async function ask(request: ViewRequest): Promise<{ reply: ViewReply; buffers: readonly ArrayBuffer[] } | null> {
    try {
      const answer = await transport.request(request);
      if (closed || answer.reply.sequence !== request.sequence) return null;
      if (answer.reply.type !== "failed") return answer;
      ui.status.textContent = answer.reply.message;
    } catch (error) {
      if (!closed) ui.status.textContent = (error as Error).message;
    }
    return null;
  }

  const describe = latestWins<void>(async () => {
    const answer = await ask({ type: "describe", sequence: ++sequence });
    if (answer?.reply.type !== "description") return;
    const next = answer.reply.description;
    state = description ? carryState(state, description, next) : firstState(next);
    description = next;
    latestStep = next.running ? Math.min(latestStep, next.stepCount) : next.stepCount;
    ui.status.textContent = "";
    showDescription(next);
    figure.moveTo(state.slices);
    redraw();
    requestFrame();
  });

  const redraw = latestWins<void>(async () => {
    if (closed || !description || width === 0) return;
    const { map } = state;
    await figure.show({
      shape: description.shape,
      picks: description.picks,
      colorBar:
        map === "rotations"
          ? null
          : { table: tables[map], range: rangeOf(map), title: map === "scores" ? "score" : "target" },
      width,
      maxHeight: Math.min(560, Math.max(300, width * 0.62)),
      colors: themeColors(ui.figure),
    });
    markReady();
  });

  const fetchFrame = latestWins<ViewState>(async ({ map, slices, step }) => {
    framesWaiting = 1;
    const maps = description!.maps.includes(map) ? [map] : [];
    const answer = await ask({ type: "frame", sequence: ++sequence, step, planes: planesOf(maps, slices) });
    framesWaiting = 0;
    if (answer?.reply.type === "frame") showFrame(answer.reply, answer.buffers);
  });

  /** Values of the other maps are for the readout only, so they are fetched when nothing else is going on. */
  const fetchReadout = latestWins<void>(async () => {
    if (closed || framesWaiting || !description) return;
    const { maps, running } = description;
    const others = maps.filter((map) => map !== state.map);
    if (others.length === 0) return;
    const step = running && state.step === null ? null : shownStep;
    const answer = await ask({ type: "frame", sequence: ++sequence, step, planes: planesOf(others, state.slices) });
    if (answer?.reply.type !== "frame" || answer.reply.step !== shownStep) return;
    held.take(answer.reply, answer.buffers);
    showReadout(pointer);
  });

  function requestFrame(): void {
    if (!description) return;
    clearTimeout(restTimer);
    fetchFrame(state);
  }

  function planesOf(maps: readonly MapName[], slices: ViewState["slices"]) {
    const axes = description!.shape[0] === 1 ? ([0] as const) : AXES;
    return maps.flatMap((map) => axes.map((axis) => ({ map, axis, index: slices[axis] })));
  }

  function rangeOf(map: "scores" | "target"): readonly [number, number] {
    const range = description!.ranges[map];
    return range && range[1] > range[0] ? range : [0, 1];
  }

  function showFrame(reply: FrameReply, buffers: readonly ArrayBuffer[]): void {
    reply.planes.forEach(({ map, axis, shape: [rows, columns] }, i) => {
      const pixels = new Uint32Array(rows * columns);
      const values = planeValues(map, buffers[i]!);
      if (values instanceof Int32Array) paintRotations(values, pixels);
      else paintValues(values, rangeOf(map as "scores" | "target"), tables[map as "scores" | "target"], pixels);
      if (axis === 2) figure.draw(axis, transposePixels(pixels, rows, columns), columns, rows);
      else figure.draw(axis, pixels, rows, columns);
    });
    held.take(reply, buffers);
    shownStep = reply.step;
    const { scoreThreshold, stepCount } = description!;
    const best = [reply.maxScore, scoreThreshold, 0].find((value) => Number.isFinite(value))!;
    ui.region.dataset.step = String(shownStep);
    ui.region.dataset.maxScore = String(best);
    ui.best.textContent = `best ${formatValue(best)}`;
    if (state.step === null) ui.step.input.value = String(shownStep);
    ui.step.output.textContent = `${shownStep} / ${stepCount}`;
    ui.step.input.setAttribute("aria-valuetext", `${shownStep} of ${stepCount}`);
    showReadout(pointer);
    markReady();
    restTimer = setTimeout(fetchReadout, REST_MS);
  }

  function markReady(): void {
    if (ui.region.dataset.step === undefined || !ui.figure.querySelector(".svg-container")) return;
    requestAnimationFrame(() => {
      ui.region.dataset.ready = "true";
    });
  }

  function showDescription(next: ViewDescription): void {
    const [nz, ny, nx] = next.shape;
    ui.title.textContent = next.title;
    ui.size.textContent = `${nz} × ${ny} × ${nx} voxels (z, y, x)${voxelSizeText(next.voxelSizeAngstrom)}`;
    ui.map.replaceChildren(...next.maps.map((map) => new Option(MAP_NAMES[map], map, false, map === state.map)));
    ui.map.disabled = next.maps.length < 2;
    AXES.forEach((axis) => {
      ui.slices[axis].input.max = String(next.shape[axis] - 1);
      ui.slices[axis].input.disabled = next.shape[axis] === 1;
    });
    ui.step.input.max = String(next.stepCount);
    ui.step.input.disabled = ui.play.disabled = !next.hasHistory;
    if (!next.hasHistory) steps.pause();
    ui.progress.hidden = !next.running;
    const notes =
      next.hasHistory || next.running
        ? next.notes
        : [...next.notes, "Without a history only the last step can be shown."];
    ui.notes.replaceChildren(
      ...notes.map((note) => Object.assign(ui.notes.ownerDocument.createElement("li"), { textContent: note })),
    );
    showState();
  }

  function showState(): void {
    AXES.forEach((axis) => {
      setSlider(ui.slices[axis], state.slices[axis], String(state.slices[axis]));
    });
    if (state.step !== null) ui.step.input.value = String(state.step);
  }

  function change(next: Partial<ViewState>): void {
    state = { ...state, ...next };
    showState();
    requestFrame();
    if (!next.slices || moveQueued) return;
    moveQueued = true;
    requestAnimationFrame(() => {
      moveQueued = false;
      if (!closed) figure.moveTo(state.slices);
    });
  }

  function setStep(step: number): void {
    change({ step: step >= latestStep ? null : step });
  }

  function followClick({ position, pick }: FigurePointer): void {
    const target = (pick !== null && description?.picks[pick]?.position) || position;
    change({
      slices: target.map((value, axis) => clamp(Math.round(value), description!.shape[axis]!)) as [
        number,
        number,
        number,
      ],
    });
  }

  function showReadout(next: FigurePointer | null): void {
    pointer = next;
    if (!description) return;
    const position = next?.position ?? state.slices;
    ui.readout.textContent = readoutText(description, position, held.at(position), next?.pick ?? null);
  }

  function showProgress({ done, total, elapsedSeconds, maxScore }: ProgressEvent): void {
    latestStep = done;
    const rate = elapsedSeconds > 0 ? done / elapsedSeconds : 0;
    ui.progress.hidden = false;
    ui.progressTrack.setAttribute("aria-valuemin", "0");
    ui.progressTrack.setAttribute("aria-valuemax", String(total));
    ui.progressTrack.setAttribute("aria-valuenow", String(done));
    (ui.progressTrack.firstElementChild as HTMLElement).style.width = `${(100 * done) / Math.max(1, total)}%`;
    const parts = [`${done} / ${total} rotations`];
    if (rate > 0)
      parts.push(
        `${formatValue(Number(rate.toFixed(rate < 10 ? 1 : 0)))} /s`,
        `${formatDuration((total - done) / rate)} left`,
      );
    if (Number.isFinite(maxScore)) parts.push(`best ${formatValue(maxScore)}`);
    ui.progressText.textContent = parts.join("  ·  ");
    if (state.step === null) requestFrame();
  }

  const steps = player(
    () => {
      if (framesWaiting) return true;
      if (shownStep >= latestStep) return false;
      setStep(shownStep + 1);
      return true;
    },
    () => Math.min(250, Math.max(40, 8000 / Math.max(1, description?.stepCount ?? 1))),
    (playing) => {
      ui.play.textContent = playing ? "Pause" : "Play";
    },
  );

  ui.map.addEventListener("change", () => {
    change({ map: ui.map.value as MapName });
    redraw();
  });
  ui.step.input.addEventListener("input", () => {
    steps.pause();
    setStep(ui.step.input.valueAsNumber);
  });
  AXES.forEach((axis) => {
    ui.slices[axis].input.addEventListener("input", () => {
      const slices: [number, number, number] = [...state.slices];
      slices[axis] = ui.slices[axis].input.valueAsNumber;
      change({ slices });
    });
  });
  ui.play.addEventListener("click", () => {
    if (steps.playing) return steps.pause();
    if (shownStep >= latestStep) setStep(0);
    steps.play();
  });
  ui.stop.addEventListener("click", async () => {
    ui.stop.disabled = true;
    await ask({ type: "stop", sequence: ++sequence });
    ui.stop.disabled = false;
  });
  const unsubscribe = transport.onEvent((event) => {
    if (closed) return;
    if (event.type === "progress") showProgress(event);
    else if (event.type === "changed") describe();
    else {
      steps.pause();
      ui.progress.hidden = true;
      ui.status.textContent = event.message;
    }
  });
  const stopTheme = onThemeChange(ui.region.ownerDocument, () => redraw());
  const resizes = new ResizeObserver(() => {
    const next = Math.floor(ui.figure.clientWidth);
    if (next === width || next === 0) return;
    width = next;
    redraw();
  });
  resizes.observe(ui.figure);
  describe();

  return {
    destroy() {
      closed = true;
      steps.pause();
      clearTimeout(restTimer);
      unsubscribe();
      stopTheme();
      resizes.disconnect();
      figure.destroy();
      ui.region.remove();
    },
  };
}

function setSlider({ input, output }: Slider, value: number, text: string): void {
  input.value = String(value);
  output.textContent = text;
}

function voxelSizeText(sizes: readonly [number, number, number]): string {
  if (!sizes.every((size) => size > 0)) return "";
  const [z, y, x] = sizes.map((size) => Number(size.toFixed(3)));
  return z === y && y === x ? `, ${x} Å` : `, ${z} × ${y} × ${x} Å`;
}
