import type {
  FrameReply,
  MapName,
  Transport,
  ViewDescription,
  ViewReply,
  ViewRequest,
} from "@rotoscope/arrow/messages";
import { viewerElements } from "./elements.js";
import { heldPlanes, planeValues } from "./held-planes.js";
import { latestWins } from "./latest-wins.js";
import { player } from "./player.js";
import { readoutText } from "./readout.js";
import { showDescription, showProgress, showSlider, showStep } from "./show-texts.js";
import { type FigurePointer, sliceFigure } from "./slice-figure.js";
import { colorScale, slicePixels } from "./slice-pixels.js";
import { onThemeChange, themeColors } from "./theme.js";
import { carryState, clamp, firstState, type ViewState } from "./view-state.js";

/** A viewer on a page. */
export interface Viewer {
  /** Removes the viewer and ends its subscriptions. */
  destroy(): void;
}

const AXES = [0, 1, 2] as const;
const REST_MS = 150;
const PATIENCE_MS = 1500;

/**
 * Shows what `transport` describes in `element`: a region named "rotoscope viewer" with three linked slices, sliders and a step
 * slider. It has `data-ready="true"` after the first paint, and `data-step` and `data-max-score` of the step on show. It opens at
 * the last step, follows a running search, and when its host fails says so and stays usable.
 */
export function mount(element: HTMLElement, transport: Transport): Viewer {
  const ui = viewerElements(element);
  const held = heldPlanes();
  const figure = sliceFigure(ui.figure, followClick, showReadout);
  // A random start, because viewers in several browser tabs may share one channel.
  let sequence = Math.floor(Math.random() * 2 ** 40);
  let description: ViewDescription | null = null;
  let state: ViewState = { map: "scores", mapIsChosen: false, slices: [0, 0, 0], step: null };
  let shownStep = 0;
  let latestStep = 0;
  let pointer: FigurePointer | null = null;
  let fetching = false;
  let restTimer: ReturnType<typeof setTimeout> | undefined;
  let moveQueued = false;
  let width = 0;
  let closed = false;
  let passing = "";

  async function ask(request: ViewRequest): Promise<{ reply: ViewReply; buffers: readonly ArrayBuffer[] } | null> {
    const patience = setTimeout(() => sayForNow("Waiting for the kernel to answer."), PATIENCE_MS);
    try {
      const answer = await transport.request(request);
      if (closed || answer.reply.sequence !== request.sequence) return null;
      if (answer.reply.type === "failed") sayForNow(answer.reply.message);
      else {
        if (ui.status.textContent === passing) ui.status.textContent = "";
        return answer;
      }
    } catch (error) {
      sayForNow((error as Error).message);
    } finally {
      clearTimeout(patience);
    }
    return null;
  }

  /** Says something that the next good answer takes back. */
  function sayForNow(message: string): void {
    if (closed) return;
    passing = message;
    ui.status.textContent = message;
  }

  const describe = latestWins<void>(async () => {
    const answer = await ask({ type: "describe", sequence: ++sequence });
    if (answer?.reply.type !== "description") return;
    const next = answer.reply.description;
    state = description ? carryState(state, description, next) : firstState(next);
    description = next;
    latestStep = next.running ? Math.min(latestStep, next.stepCount) : next.stepCount;
    ui.status.textContent = "";
    showDescription(ui, next);
    if (!next.hasHistory) steps.pause();
    showState();
    figure.moveTo(state.slices);
    redraw();
    requestFrame();
  });

  const redraw = latestWins<void>(async () => {
    if (closed || !description || width === 0) return;
    const { shape, picks } = description;
    const maxHeight = Math.min(560, Math.max(300, width * 0.62));
    const colorBar = colorScale(state.map, description);
    await figure.show({ shape, picks, colorBar, width, maxHeight, colors: themeColors(ui.figure) });
    markReady();
  });

  const fetchFrame = latestWins<ViewState>(async ({ map, slices, step }) => {
    fetching = true;
    const maps = description!.maps.includes(map) ? [map] : [];
    const answer = await ask({
      type: "frame",
      sequence: ++sequence,
      step,
      view: "best",
      planes: planesOf(maps, slices),
    });
    fetching = false;
    if (answer?.reply.type === "frame") showFrame(answer.reply, answer.buffers);
  });

  /** Values of the other maps are for the readout only, so they are fetched when nothing else is going on. */
  const fetchReadout = latestWins<void>(async () => {
    if (closed || fetching || !description) return;
    const others = description.maps.filter((map) => map !== state.map);
    if (others.length === 0) return;
    const step = state.step === null ? null : shownStep;
    const answer = await ask({
      type: "frame",
      sequence: ++sequence,
      step,
      view: "best",
      planes: planesOf(others, state.slices),
    });
    if (answer?.reply.type !== "frame" || answer.reply.step !== shownStep) return;
    held.take(answer.reply, answer.buffers);
    showReadout(pointer);
  });

  function requestFrame(): void {
    if (description) fetchFrame(state);
  }

  function planesOf(maps: readonly MapName[], slices: ViewState["slices"]) {
    const axes = description!.shape[0] === 1 ? ([0] as const) : AXES;
    return maps.flatMap((map) => axes.map((axis) => ({ map, axis, index: slices[axis] })));
  }

  function showFrame(reply: FrameReply, buffers: readonly ArrayBuffer[]): void {
    const { scoreThreshold, stepCount, running } = description!;
    if (running) raiseRange(reply.maxScore);
    reply.planes.forEach(({ map, axis, shape }, i) => {
      figure.draw(axis, slicePixels(planeValues(map, buffers[i]!), shape, axis, colorScale(map, description!)));
    });
    held.take(reply, buffers);
    shownStep = reply.step;
    showStep(ui, shownStep, stepCount, [reply.maxScore, scoreThreshold, 0].find((value) => Number.isFinite(value))!);
    if (state.step === null) ui.step.input.value = String(shownStep);
    showReadout(pointer);
    markReady();
    restTimer ??= setTimeout(() => {
      restTimer = undefined;
      fetchReadout();
    }, REST_MS);
  }

  /** A running search's best score isn't known beforehand, so the colour scale ends at the best so far. */
  function raiseRange(maxScore: number): void {
    const { ranges } = description!;
    const [low, high] = ranges.scores;
    if (!(maxScore > low) || maxScore === high) return;
    description = { ...description!, ranges: { ...ranges, scores: [low, maxScore] } };
    redraw();
  }

  function markReady(): void {
    if (ui.region.dataset.step === undefined || !ui.figure.querySelector(".svg-container")) return;
    requestAnimationFrame(() => {
      ui.region.dataset.ready = "true";
    });
  }

  function showState(): void {
    ui.map.value = state.map;
    ui.slices.forEach((slider, axis) => {
      showSlider(slider, state.slices[axis]!);
    });
    if (state.step !== null) ui.step.input.value = String(state.step);
  }

  function change(next: Partial<ViewState>): void {
    state = { ...state, ...next };
    clearTimeout(restTimer);
    restTimer = undefined;
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
    const { shape, picks } = description!;
    const [z, y, x] = (pick === null ? undefined : picks[pick]?.position) ?? position;
    change({
      slices: [clamp(Math.round(z), shape[0]), clamp(Math.round(y), shape[1]), clamp(Math.round(x), shape[2])],
    });
  }

  function showReadout(next: FigurePointer | null): void {
    pointer = next;
    if (!description) return;
    const position = next?.position ?? state.slices;
    ui.readout.textContent = readoutText(description, position, held.at(position), next?.pick ?? null);
  }

  const steps = player(
    () => {
      if (fetching) return true;
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
    change({ map: ui.map.value as MapName, mapIsChosen: true });
    redraw();
  });
  ui.step.input.addEventListener("input", () => {
    steps.pause();
    setStep(ui.step.input.valueAsNumber);
  });
  ui.slices.forEach(({ input }, axis) => {
    input.addEventListener("input", () => {
      const slices: [number, number, number] = [...state.slices];
      slices[axis] = input.valueAsNumber;
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
    if (event.type === "progress") {
      latestStep = event.done;
      showProgress(ui, event);
      if (state.step === null && event.done !== shownStep) requestFrame();
    } else if (event.type === "changed") describe();
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
