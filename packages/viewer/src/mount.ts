import type { MapName, ProgressEvent, Transport, ViewDescription, ViewEvent } from "@rotoscope/arrow/messages";
import { askHost } from "./ask-host.js";
import { viewerElements } from "./elements.js";
import type { FigurePointer } from "./figure-pointer.js";
import { frameLoader, type ShownFrame } from "./frame-loader.js";
import { heldPlanes } from "./held-planes.js";
import { keepPlainKeys } from "./keep-plain-keys.js";
import { latestWins } from "./latest-wins.js";
import { liveFollower } from "./live-follower.js";
import { paintedSlices } from "./painted-slices.js";
import { player } from "./player.js";
import { readoutText } from "./readout.js";
import { type Rotations, rotationsOf } from "./rotations.js";
import { showDescription, showProgress, showSlider, showStep, showText } from "./show-texts.js";
import { sideData } from "./side-data.js";
import { sidePanels } from "./side-panels.js";
import { listenToKeys } from "./step-keys.js";
import { onThemeChange } from "./theme.js";
import { carryState, clamp, firstState, type ViewState } from "./view-state.js";
import { nextImprovement, previousImprovement, type VoxelCourse } from "./voxel-course.js";

/** A viewer on a page. */
export interface Viewer {
  /** Removes the viewer and ends its subscriptions. */
  destroy(): void;
}

const AXES = [0, 1, 2] as const;

/**
 * Shows what `transport` describes in `element`: a region named "rotoscope viewer" with three linked slices, sliders and a step
 * slider. It has `data-ready="true"` after the first paint, and `data-step` and `data-max-score` of the step on show. It opens at
 * the last step, follows a running search, and when its host fails says so and stays usable.
 */
export function mount(element: HTMLElement, transport: Transport): Viewer {
  const ui = viewerElements(element);
  const held = heldPlanes();
  let description: ViewDescription | null = null;
  let rotations: Rotations = rotationsOf(new Float32Array(0));
  let state: ViewState = { map: "scores", mapIsChosen: false, slices: [0, 0, 0], step: null, view: "best" };
  let shownStep = 0;
  let latestStep = 0;
  let pointer: FigurePointer | null = null;
  let course: VoxelCourse | null = null;
  let moveQueued = false;
  let closed = false;
  let passing = "";

  /** Says something that the next good answer takes back. */
  function sayForNow(message: string): void {
    if (closed) return;
    if (message === "" && ui.status.textContent !== passing) return;
    passing = message;
    ui.status.textContent = message;
  }

  const ask = askHost(transport, {
    say: sayForNow,
    onRecovered: () => (description ? loader.request() : describe()),
    isClosed: () => closed,
  });
  const side = sideData(ask);
  const slices = paintedSlices(ui, held, side, {
    onClick: followClick,
    onPointer: showReadout,
    onMapsChange() {
      loader.request();
      follower.renew();
    },
    onDrawn: markReady,
    onFailure: sayForNow,
  });
  const panels = sidePanels(ui, ask, side, {
    onChoice: (count, removed, selected) => slices.figure.choose(count, removed, selected),
    onSelect: (index) => goTo(description!.picks[index]!.position),
    onStep: setStep,
    onCourse(next) {
      course = next;
      showJumps();
    },
  });
  const loader = frameLoader({
    ask,
    held,
    wanted() {
      if (!description || description.shape.includes(0)) return null;
      const painted = slices.maps();
      const others = description.maps.filter((map) => !painted.includes(map));
      const axes = description.shape[0] === 1 ? ([0] as const) : AXES;
      const { running, stepCount, tellsChanges = false } = description;
      const step = state.step ?? (running ? null : stepCount);
      return { slices: state.slices, axes, step, stepCount, view: state.view, painted, others, tellsChanges };
    },
    onFrame: showFrame,
    onRest() {
      showReadout(pointer);
      showWinner();
      if (course?.voxel.join() !== state.slices.join()) panels.showCourse(state.slices);
    },
  });
  const follower = liveFollower({
    ask,
    region: ui.region,
    wanted: () => (description?.running ? loader.followed() : null),
    onSeen() {
      if (description?.running && state.step === null) loader.request();
    },
  });
  const releaseShortcuts = keepPlainKeys(ui.region);

  const describe = latestWins<void>(async () => {
    const answer = await ask({ type: "describe" });
    if (answer?.reply.type !== "description") return;
    const next = answer.reply.description;
    state = description ? carryState(state, description, next) : firstState(next);
    description = next;
    rotations = rotationsOf(new Float32Array(answer.buffers[0] ?? new ArrayBuffer(0)));
    latestStep = next.running ? Math.min(latestStep, next.stepCount) : next.stepCount;
    held.clear();
    loader.clear();
    side.clear();
    course = null;
    ui.status.textContent = "";
    showDescription(ui, next);
    showState();
    if (ui.steps.step.input.disabled) steps.pause();
    slices.setMap(state.map);
    slices.describe(next);
    slices.figure.moveTo(state.slices);
    panels.describe(next, rotations);
    if (next.shape.includes(0)) showNothing();
    loader.request();
    follower.renew();
  });

  function showFrame(reply: ShownFrame): void {
    const { scoreThreshold, stepCount, running } = description!;
    if (running && reply.view === "best") slices.raiseRange(reply.maxScore);
    shownStep = reply.step;
    slices.paint();
    showStep(ui, shownStep, stepCount, [reply.maxScore, scoreThreshold, 0].find((value) => Number.isFinite(value))!);
    ui.region.dataset.view = reply.view;
    if (state.step === null) ui.steps.step.input.value = String(shownStep);
    showReadout(pointer);
    showWinner();
    showJumps();
    markReady();
  }

  /** An array without voxels has no frame. */
  function showNothing(): void {
    showStep(ui, 0, description!.stepCount, description!.scoreThreshold);
    ui.region.dataset.ready = "true";
  }

  function markReady(): void {
    if (ui.region.dataset.step === undefined || !ui.figure.querySelector(".svg-container")) return;
    requestAnimationFrame(() => {
      ui.region.dataset.ready = "true";
    });
  }

  function showState(): void {
    const { hasHistory, hasThisRotation, shape } = description!;
    ui.map.value = state.map;
    ui.slices.forEach((slider, axis) => {
      showSlider(slider, state.slices[axis]!);
    });
    if (state.step !== null) ui.steps.step.input.value = String(state.step);
    ui.steps.showView(
      state.view,
      hasThisRotation,
      "The scores of one rotation alone are computed by the kernel from the search's inputs, which this view doesn't have",
    );
    const canStep = (state.view === "this" ? hasThisRotation : hasHistory) && !shape.includes(0);
    ui.steps.step.input.disabled = ui.steps.play.disabled = !canStep;
  }

  function change(next: Partial<ViewState>): void {
    state = { ...state, ...next };
    showState();
    loader.request();
    follower.renew();
    if (!next.slices || moveQueued) return;
    moveQueued = true;
    requestAnimationFrame(() => {
      moveQueued = false;
      if (!closed) slices.figure.moveTo(state.slices);
    });
  }

  function setStep(step: number): void {
    if (ui.steps.step.input.disabled) return;
    change({ step: step >= latestStep ? null : Math.max(0, step) });
  }

  function goTo(position: readonly [number, number, number]): void {
    const { shape } = description!;
    const [z, y, x] = AXES.map((axis) => clamp(Math.round(position[axis]), shape[axis])) as [number, number, number];
    change({ slices: [z, y, x] });
  }

  function followClick({ position, pick }: FigurePointer): void {
    goTo(pick === null ? position : description!.picks[pick]!.position);
    panels.selectPick(pick);
    ui.figure.focus({ preventScroll: true });
  }

  function showReadout(next: FigurePointer | null): void {
    pointer = next;
    if (!description) return;
    const position = next?.position ?? state.slices;
    const values = held.at(position);
    const angles = values.rotations === undefined ? null : rotations.angles(values.rotations);
    showText(ui.readout, readoutText(description, { position, values, angles, pick: next?.pick ?? null }));
  }

  function showWinner(): void {
    const known = held.at(state.slices).rotations;
    panels.showStep(shownStep, state.view === "this" ? shownStep - 1 : (known ?? null));
  }

  function jump(direction: "next" | "previous"): void {
    const step =
      course && (direction === "next" ? nextImprovement : previousImprovement)(course, state.step ?? latestStep);
    if (step !== null) setStep(step);
  }

  function showJumps(): void {
    const at = state.step ?? latestStep;
    const possible = course !== null && !ui.steps.step.input.disabled;
    ui.steps.next.disabled = !possible || nextImprovement(course!, at) === null;
    ui.steps.previous.disabled = !possible || previousImprovement(course!, at) === null;
  }

  const steps = player(
    () => {
      if (loader.busy) return true;
      if (shownStep >= latestStep) return false;
      setStep(shownStep + 1);
      return true;
    },
    () => Math.min(250, Math.max(40, 8000 / Math.max(1, description?.stepCount ?? 1))),
    (playing) => {
      ui.steps.play.textContent = playing ? "Pause" : "Play";
    },
  );

  function togglePlay(): void {
    if (steps.playing) steps.pause();
    else if (!ui.steps.play.disabled) {
      if (shownStep >= latestStep) setStep(0);
      steps.play();
    }
  }

  ui.map.addEventListener("change", () => {
    const map = ui.map.value as MapName;
    slices.setMap(map);
    change({ map, mapIsChosen: true });
  });
  ui.steps.step.input.addEventListener("input", () => {
    steps.pause();
    setStep(ui.steps.step.input.valueAsNumber);
  });
  ui.slices.forEach(({ input }, axis) => {
    input.addEventListener("input", () => {
      const next: [number, number, number] = [...state.slices];
      next[axis] = input.valueAsNumber;
      change({ slices: next });
    });
  });
  ui.steps.play.addEventListener("click", togglePlay);
  ui.steps.view.addEventListener("click", () => {
    const view = state.view === "best" ? "this" : "best";
    change({ view, step: view === "best" && !description!.hasHistory ? null : state.step });
  });
  ui.steps.next.addEventListener("click", () => jump("next"));
  ui.steps.previous.addEventListener("click", () => jump("previous"));
  ui.stop.addEventListener("click", async () => {
    ui.stop.disabled = true;
    await ask({ type: "stop" });
    ui.stop.disabled = false;
  });
  listenToKeys(ui.figure, {
    move: (by) => setStep((state.step ?? latestStep) + by),
    toEnd: (end) => setStep(end === "first" ? 0 : latestStep),
    improvement: jump,
    togglePlay,
    zoom: (factor) => slices.zoom(factor),
  });

  function showReport(event: ProgressEvent, buffers: readonly ArrayBuffer[]): void {
    latestStep = event.done;
    showProgress(ui, event);
    if (event.frame) loader.take(event.frame, buffers);
  }

  const unsubscribe = transport.onEvent((event: ViewEvent, buffers) => {
    if (closed) return;
    if (event.type === "progress") {
      if (event.viewer !== follower.viewer || !description?.running) return;
      if (event.frame) follower.timed(() => showReport(event, buffers));
      else showReport(event, buffers);
    } else if (event.type === "changed") describe();
    else {
      steps.pause();
      if (description) description = { ...description, running: false };
      ui.progress.hidden = true;
      ui.status.textContent = event.message;
    }
  });
  const stopTheme = onThemeChange(ui.region.ownerDocument, () => {
    slices.redraw();
    panels.redraw();
  });
  describe();

  return {
    destroy() {
      closed = true;
      steps.pause();
      loader.destroy();
      follower.destroy();
      unsubscribe();
      stopTheme();
      releaseShortcuts();
      slices.destroy();
      panels.destroy();
      ui.region.remove();
    },
  };
}
