import { FOLLOW_MS, type PlaneRequest, type StepView } from "@rotoscope/arrow/messages";
import type { AskHost } from "./ask-host.js";

/** What is to come with each report of a running search. */
export interface FollowedPlanes {
  readonly view: StepView;
  readonly planes: readonly PlaneRequest[];
}

/** Has the host tell how a running search goes on, as long as anybody can see it. */
export interface LiveFollower {
  /** What reports name this viewer by. */
  readonly viewer: number;
  /** What is wanted may be something else now. */
  renew(): void;
  /** Does what a report with planes asks for, and notes how long that and the frame after it took. */
  timed(work: () => void): void;
  /** Tells the host too that nobody follows any more. */
  destroy(): void;
}

/** What a follower works with. */
export interface LiveFollowerOptions {
  readonly ask: AskHost;
  readonly region: HTMLElement;
  /** Null while no search is running. */
  wanted(): FollowedPlanes | null;
  /** It can be seen again. */
  onSeen(): void;
}

/** Who moves a slice goes on moving it. */
const SETTLE_MS = 250;
/** A change of what reports cost that the host is told of at once. */
const MUCH = 1.5;

/**
 * The host is asked anew when something else is on show, when reports have become much dearer or cheaper, and now and then, which tells it that somebody is there. It is not
 * asked for each report: in JupyterLab every question makes the kernel's signs blink, which costs more than the answer. Out of view there are no planes, in a hidden tab is nothing.
 */
export function liveFollower({ ask, region, wanted, onSeen }: LiveFollowerOptions): LiveFollower {
  const viewer = Math.floor(Math.random() * 2 ** 40);
  const { ownerDocument: document } = region;
  const frames = new MessageChannel();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isInView = true;
  /** Of the last reports. What else a page does meanwhile, and at its start, isn't theirs: the least one counts. */
  const latest: number[] = [];
  let spentMs = 0;
  let told = { key: "null", spentMs: 0, at: Number.NEGATIVE_INFINITY };
  let began = 0;
  let ownMs = 0;

  function follow(): void {
    const now = performance.now();
    const next = document.hidden ? null : wanted();
    const planes = next && (isInView ? next.planes : []);
    const key = planes && JSON.stringify([next!.view, planes]);
    const isDearer = spentMs > MUCH * told.spentMs || spentMs * MUCH < told.spentMs;
    const isOld = key !== null && now - told.at >= FOLLOW_MS;
    if (String(key) !== told.key || (key !== null && isDearer) || isOld) {
      told = { key: String(key), spentMs, at: now };
      void ask({ type: "follow", viewer, view: next?.view ?? "best", planes, spentMs });
    }
    clearTimeout(timer);
    if (key !== null) timer = setTimeout(follow, Math.max(0, told.at + FOLLOW_MS - now));
  }

  function renew(): void {
    clearTimeout(timer);
    timer = setTimeout(follow, SETTLE_MS);
  }

  frames.port1.onmessage = () => {
    latest.push(ownMs + performance.now() - began);
    if (latest.length > 3) latest.shift();
    if (latest.length > 1) spentMs = Math.min(...latest);
    if (spentMs > MUCH * told.spentMs || spentMs * MUCH < told.spentMs) renew();
  };

  const seen = new IntersectionObserver((entries) => {
    const before = isInView;
    isInView = entries.at(-1)!.isIntersecting;
    if (isInView !== before) onChange();
  });
  function onChange(): void {
    renew();
    if (isInView && !document.hidden) onSeen();
  }
  seen.observe(region);
  document.addEventListener("visibilitychange", onChange);

  return {
    viewer,
    renew,
    timed(work) {
      const start = performance.now();
      work();
      ownMs = performance.now() - start;
      requestAnimationFrame(() => {
        began = performance.now();
        frames.port2.postMessage(null);
      });
    },
    destroy() {
      clearTimeout(timer);
      if (told.key !== "null") void ask({ type: "follow", viewer, view: "best", planes: null, spentMs });
      seen.disconnect();
      frames.port1.close();
      document.removeEventListener("visibilitychange", onChange);
    },
  };
}
