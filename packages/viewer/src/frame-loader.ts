import type { FrameReply, MapName, ProgressEvent, StepView } from "@rotoscope/arrow/messages";
import type { AskHost } from "./ask-host.js";
import type { HeldPlanes } from "./held-planes.js";
import { latestWins } from "./latest-wins.js";
import type { FollowedPlanes } from "./live-follower.js";
import { type StepChanges, stepChanges } from "./step-changes.js";

/** What should be on show. */
export interface WantedFrame {
  readonly slices: readonly [number, number, number];
  /** Axes along which slices are shown. */
  readonly axes: readonly (0 | 1 | 2)[];
  /** Null = the latest of a running search. */
  readonly step: number | null;
  readonly stepCount: number;
  readonly view: StepView;
  /** Maps that are painted. */
  readonly painted: readonly MapName[];
  /** Maps whose values are read only. */
  readonly others: readonly MapName[];
  /** Whether the host tells what the steps around one change. */
  readonly tellsChanges: boolean;
}

/** What is on show now. */
export type ShownFrame = Pick<FrameReply, "step" | "view" | "maxScore">;

/**
 * Gets the planes of what is wanted: one request under way at a time, the latest wish next; and when nothing has changed for a while, the values of the other maps.
 * Who goes from step to step is answered from what the host told of the steps around.
 */
export interface FrameLoader {
  /** Gets what is wanted now. */
  request(): void;
  readonly busy: boolean;
  /** What a running search's host should tell by itself, the target left out, which stays. */
  followed(): FollowedPlanes | null;
  /** Shows what it told, unless something else is wanted by now. */
  take(frame: NonNullable<ProgressEvent["frame"]>, buffers: readonly ArrayBuffer[]): void;
  /** Forgets what was asked for: the next wish is for another description. */
  clear(): void;
  destroy(): void;
}

/** What a loader works with. */
export interface FrameLoaderOptions {
  readonly ask: AskHost;
  readonly held: HeldPlanes;
  /** Null while nothing is known. */
  wanted(): WantedFrame | null;
  /** The planes to paint are held. */
  onFrame(frame: ShownFrame): void;
  /** Nothing has changed for a while; all planes are held. */
  onRest(): void;
}

const REST_MS = 120;
/** After one of several jumps: another one may follow. */
const PAUSE_MS = 25;
/** A jump so long after the wish before it is one alone. */
const ALONE_MS = 300;
/** Who goes so few steps may go on so. */
const NEIGHBOURS = 3;

/** Asks for planes that aren't held only; the target's stay when the step changes. */
export function frameLoader({ ask, held, wanted, onFrame, onRest }: FrameLoaderOptions): FrameLoader {
  let busy = false;
  let closed = false;
  let restTimer: ReturnType<typeof setTimeout> | undefined;
  let pauseTimer: ReturnType<typeof setTimeout> | undefined;
  let shown: ShownFrame | null = null;
  let changes: StepChanges | null = null;
  let generation = 0;
  let wishedAt = Number.NEGATIVE_INFINITY;
  let isAlone = true;

  const isShown = ({ view, step }: WantedFrame): boolean =>
    step !== null && held.shown?.view === view && held.shown.step === step;
  const missing = (maps: readonly MapName[], frame: WantedFrame) =>
    maps
      .flatMap((map) => frame.axes.map((axis) => ({ map, axis, index: frame.slices[axis] })))
      .filter(({ map, axis, index }) => {
        const isCurrent = map === "target" || isShown(frame);
        return !isCurrent || held.plane(map, axis)?.index !== index;
      });
  const cutsOf = ({ axes, slices }: WantedFrame) => axes.map((axis) => ({ axis, index: slices[axis] }));

  function show(frame: ShownFrame): void {
    shown = frame;
    onFrame(frame);
    clearTimeout(restTimer);
    restTimer = setTimeout(() => work("others"), REST_MS);
  }

  const work = latestWins<"painted" | "others">(async (what) => {
    const frame = wanted();
    if (closed || !frame) return;
    // A running search's maps come together, here and with its reports: asked for later they would be of another step.
    const isLive = frame.step === null;
    if (isLive && what === "others") return onRest();
    const planes = missing(isLive ? [...frame.painted, ...frame.others] : frame[what], frame);
    if (planes.length === 0 && what === "others") return onRest();
    if (planes.length === 0 && shown && isShown(frame)) return show(shown);
    const [began, before] = [generation, shown?.step ?? Number.NEGATIVE_INFINITY];
    busy = what === "painted";
    const step = what === "others" ? (shown?.step ?? frame.step) : frame.step;
    const answer = await ask({ type: "frame", step, view: frame.view, planes });
    busy = false;
    if (closed || began !== generation || answer?.reply.type !== "frame") return;
    const { reply, buffers } = answer;
    if (what === "others") {
      if (reply.step !== shown?.step || reply.view !== shown.view) return;
      held.take(reply, buffers);
      return onRest();
    }
    held.take(reply, buffers);
    show({ step: reply.step, view: reply.view, maxScore: reply.maxScore });
    clearTimeout(pauseTimer);
    if (isAlone || Math.abs(reply.step - before) <= NEIGHBOURS) lookAround();
    else pauseTimer = setTimeout(() => lookAround(), PAUSE_MS);
  });

  const lookAround = latestWins<void>(async () => {
    const frame = wanted();
    if (closed || !frame?.tellsChanges || frame.view !== "best" || frame.step === null) return;
    const { step, stepCount } = frame;
    const planes = cutsOf(frame);
    if (changes?.isEnough(step, stepCount, planes)) return;
    const began = generation;
    const answer = await ask({ type: "changes", step, planes });
    if (closed || began !== generation || answer?.reply.type !== "changes") return;
    changes = stepChanges(answer.reply, answer.buffers, step);
  });

  /** Shows what is wanted without asking, if that is possible. */
  function stepAlong(): boolean {
    const frame = wanted();
    if (!frame || !changes || frame.step === null || frame.view !== "best" || held.shown?.view !== "best") return false;
    const own = { ...frame, step: held.shown.step };
    if (!changes.reach(own.step, frame.step, cutsOf(frame)) || missing(frame.painted, own).length > 0) return false;
    held.keepThrough(frame.slices);
    show({ step: frame.step, view: "best", maxScore: changes.move(held, frame.step) });
    lookAround();
    return true;
  }

  return {
    get busy() {
      return busy;
    },
    followed() {
      const frame = wanted();
      if (!frame) return null;
      const { view, axes, slices, step, painted, others } = frame;
      const maps = step === null ? [...painted, ...others].filter((map) => map !== "target") : [];
      return { view, planes: maps.flatMap((map) => axes.map((axis) => ({ map, axis, index: slices[axis] }))) };
    },
    take(told, buffers) {
      const frame = wanted();
      if (!frame || frame.step !== null || frame.view !== told.view || busy) return;
      if (told.planes.some(({ axis, index }) => frame.slices[axis] !== index)) return;
      held.take(told, buffers);
      show({ step: told.step, view: told.view, maxScore: told.maxScore });
    },
    request() {
      clearTimeout(restTimer);
      clearTimeout(pauseTimer);
      isAlone = performance.now() - wishedAt > ALONE_MS;
      wishedAt = performance.now();
      if (!busy && stepAlong()) return;
      work("painted");
    },
    clear() {
      generation++;
      shown = null;
      changes = null;
    },
    destroy() {
      closed = true;
      clearTimeout(restTimer);
      clearTimeout(pauseTimer);
    },
  };
}
