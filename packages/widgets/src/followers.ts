import { FOLLOW_MS, type FollowRequest, type FrameRequest, type ProgressEvent } from "@rotoscope/arrow";
import type { Answer } from "./view.js";
import type { SendMessage } from "./view-host.js";
import type { ViewableSearch } from "./viewable.js";

/** Between two reports with planes lies this many times the time that one takes: that is some 3 % of two cores. */
const TIMES = 15;
/** What the server and the browser's other processes do for a report takes about as long as what the viewer does. */
const BROWSER_TIMES = 2;
/** As long as a viewer doesn't know what a report takes. */
const FIRST_GUESS_MS = 25;
const LEAST_MS = 500;
const MOST_MS = 10_000;
/** As long as it isn't known how long a report takes: the first ones meet a machine that is still starting the search and the viewer. */
const MOST_AT_FIRST_MS = 1500;
const FIRST_REPORTS = 3;
/** How far it is is told at least so often. */
const TEXT_MS = 2000;

interface Follower {
  request: FollowRequest;
  send: SendMessage;
  /** When it is taken to be gone. */
  until: number;
  framedAt: number;
  toldAt: number;
  /** What the planes of the last reports took here; the least counts, for there is less of waiting for a processor in it. */
  ownMs: number[];
  frames: number;
  busy: boolean;
}

/** The viewers that follow a running search. They are told as often as it takes little from the search, on the same machine perhaps. */
export class Followers {
  readonly #followers = new Map<number, Follower>();
  readonly #cut: (request: FrameRequest) => Promise<Answer>;

  /** `cut` cuts planes of the latest step. */
  constructor(cut: (request: FrameRequest) => Promise<Answer>) {
    this.#cut = cut;
  }

  /** Tells a viewer from now on, in the way that it asks for. */
  follow(request: FollowRequest, send: SendMessage): void {
    const now = performance.now();
    const before = this.#followers.get(request.viewer);
    if (request.planes === null) this.#followers.delete(request.viewer);
    else if (before) Object.assign(before, { request, send, until: now + 2 * FOLLOW_MS });
    else {
      const fresh = { until: now + 2 * FOLLOW_MS, framedAt: now, toldAt: now, ownMs: [], frames: 0, busy: false };
      this.#followers.set(request.viewer, { request, send, ...fresh });
    }
  }

  /** Tells those whose turn it is. */
  report(progress: ViewableSearch["progress"]): void {
    const now = performance.now();
    for (const [viewer, follower] of this.#followers) {
      if (now > follower.until) this.#followers.delete(viewer);
      else if (!follower.busy) this.#tell(follower, progress, now);
    }
  }

  /** Tells nobody any more. */
  clear(): void {
    this.#followers.clear();
  }

  #tell(follower: Follower, progress: ViewableSearch["progress"], now: number): void {
    const { request, framedAt, toldAt, frames } = follower;
    const ownMs = follower.ownMs.length > 0 ? Math.min(...follower.ownMs) : 0;
    const most = frames < FIRST_REPORTS ? MOST_AT_FIRST_MS : MOST_MS;
    const share = TIMES * this.#followers.size * (ownMs + BROWSER_TIMES * (request.spentMs || FIRST_GUESS_MS));
    const isDue = now - framedAt >= Math.min(most, Math.max(LEAST_MS, share));
    if (isDue && request.planes!.length > 0) void this.#sendFrame(follower, progress);
    else if (isDue || now - toldAt >= TEXT_MS || progress.done === progress.total) {
      follower.toldAt = now;
      if (isDue) follower.framedAt = now;
      this.#send(follower, { type: "progress", viewer: request.viewer, ...progress, frame: null }, []);
    }
  }

  /** A channel that was closed has nobody to tell, which is no fault of the search that reports. */
  #send(follower: Follower, event: ProgressEvent, buffers: readonly ArrayBufferView[]): void {
    try {
      follower.send(event, buffers);
    } catch {
      this.#followers.delete(follower.request.viewer);
    }
  }

  async #sendFrame(follower: Follower, progress: ViewableSearch["progress"]): Promise<void> {
    const { viewer, sequence, view, planes } = follower.request;
    const start = performance.now();
    follower.busy = true;
    try {
      const { reply, buffers } = await this.#cut({ type: "frame", sequence, step: null, view, planes: planes! });
      if (this.#followers.get(viewer) !== follower || reply.type !== "frame") return;
      const frame = { step: reply.step, view: reply.view, maxScore: reply.maxScore, planes: reply.planes };
      this.#send(follower, { type: "progress", viewer, ...progress, frame }, buffers);
    } catch {
      // What fails here fails again, and is told, when the viewer asks.
    } finally {
      follower.busy = false;
      follower.framedAt = follower.toldAt = performance.now();
      follower.ownMs = [...follower.ownMs.slice(-2), follower.framedAt - start];
      follower.frames++;
    }
  }
}
