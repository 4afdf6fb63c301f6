import type { FrameReply, MapName, StepView } from "@rotoscope/arrow/messages";
import type { AskHost } from "./ask-host.js";
import type { HeldPlanes } from "./held-planes.js";
import { latestWins } from "./latest-wins.js";

/** What should be on show. */
export interface WantedFrame {
  readonly slices: readonly [number, number, number];
  /** Axes along which slices are shown. */
  readonly axes: readonly (0 | 1 | 2)[];
  readonly step: number | null;
  readonly view: StepView;
  /** Maps that are painted. */
  readonly painted: readonly MapName[];
  /** Maps whose values are read only. */
  readonly others: readonly MapName[];
}

/** Gets the planes of what is wanted: one request under way at a time, the latest wish next; and when nothing has changed for a while, the values of the other maps. */
export interface FrameLoader {
  /** Gets what is wanted now. */
  request(): void;
  readonly busy: boolean;
  destroy(): void;
}

/** What a loader works with. */
export interface FrameLoaderOptions {
  readonly ask: AskHost;
  readonly held: HeldPlanes;
  /** Null while nothing is known. */
  wanted(): WantedFrame | null;
  /** The planes to paint are held. */
  onFrame(reply: FrameReply): void;
  /** Nothing has changed for a while; all planes are held. */
  onRest(): void;
}

const REST_MS = 120;

/** Planes of the target are asked for only when their slices change: steps don't. */
export function frameLoader({ ask, held, wanted, onFrame, onRest }: FrameLoaderOptions): FrameLoader {
  let busy = false;
  let closed = false;
  let restTimer: ReturnType<typeof setTimeout> | undefined;
  let shownStep = 0;

  const planesOf = (maps: readonly MapName[], { axes, slices }: WantedFrame) =>
    maps
      .flatMap((map) => axes.map((axis) => ({ map, axis, index: slices[axis] })))
      .filter(({ map, axis, index }) => map !== "target" || held.plane(map, axis)?.index !== index);

  const work = latestWins<"painted" | "others">(async (what) => {
    const frame = wanted();
    if (closed || !frame) return;
    const planes = planesOf(frame[what], frame);
    if (what === "others" && planes.length === 0) return onRest();
    busy = what === "painted";
    const step = what === "others" && frame.step !== null ? shownStep : frame.step;
    const answer = await ask({ type: "frame", step, view: frame.view, planes });
    busy = false;
    if (closed || answer?.reply.type !== "frame") return;
    if (what === "others") {
      if (answer.reply.step !== shownStep) return;
      held.take(answer.reply, answer.buffers);
      onRest();
    } else {
      shownStep = answer.reply.step;
      held.take(answer.reply, answer.buffers);
      onFrame(answer.reply);
      clearTimeout(restTimer);
      restTimer = setTimeout(() => work("others"), REST_MS);
    }
  });

  return {
    get busy() {
      return busy;
    },
    request() {
      clearTimeout(restTimer);
      work("painted");
    },
    destroy() {
      closed = true;
      clearTimeout(restTimer);
    },
  };
}
