import type { FollowRequest, FrameRequest } from "@rotoscope/arrow";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Followers } from "./followers.js";

const planes = [{ map: "scores", axis: 0, index: 3 }] as const;
const request: FollowRequest = { type: "follow", sequence: 1, viewer: 7, view: "best", planes, spentMs: 0 };
const progress = { done: 5, total: 50, elapsedSeconds: 1, maxScore: 0.5 };
let sent: { at: number; frame: { step: number } | null }[];
let asked: FrameRequest[];
let start: number;
let ownMs: number;

function followers(): Followers {
  return new Followers(async (frame) => {
    asked.push(frame);
    vi.advanceTimersByTime(ownMs);
    return { reply: { type: "frame", sequence: 0, step: 5, view: "best", maxScore: 0.5, planes: [] }, buffers: [] };
  });
}
const send = (message: object): void => {
  sent.push({ at: performance.now() - start, frame: (message as { frame: { step: number } | null }).frame });
};
/** Reports ten times a second, as a search does. */
async function run(all: Followers, seconds: number): Promise<void> {
  for (let report = 0; report < 10 * seconds; report++) {
    await vi.advanceTimersByTimeAsync(100);
    all.report(progress);
  }
  await vi.advanceTimersByTimeAsync(0);
}
const gaps = (): number[] => sent.slice(1).map(({ at }, i) => at - sent[i]!.at);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["performance", "setTimeout"] });
  [sent, asked, start, ownMs] = [[], [], performance.now(), 0];
});
afterEach(() => {
  vi.useRealTimers();
});

it("sends the planes that are followed, at most twice a second", async () => {
  const all = followers();
  all.follow({ ...request, spentMs: 0.1 }, send);
  await run(all, 3);
  expect(sent.every(({ frame }) => frame?.step === 5)).toBe(true);
  expect(sent.length).toBeGreaterThan(3);
  expect(Math.min(...gaps())).toBeGreaterThanOrEqual(500);
  expect(asked[0]).toMatchObject({ step: null, view: "best", planes });
});

it("takes a few percent of the time, however long a report takes, and tells how far it is meanwhile", async () => {
  const all = followers();
  ownMs = 40;
  all.follow({ ...request, spentMs: 80 }, send);
  await run(all, 5);
  sent = [];
  await run(all, 30);
  const frames = sent.filter(({ frame }) => frame !== null);
  expect((frames.length * (40 + 80)) / 30_000).toBeLessThan(0.045);
  expect(frames.length).toBeGreaterThan(5);
  expect(Math.max(...gaps())).toBeLessThan(2300);
});

it("tells a viewer out of view only how far it is, and one in a hidden tab nothing", async () => {
  const all = followers();
  all.follow({ ...request, planes: [] }, send);
  await run(all, 5);
  expect(sent.length).toBeGreaterThan(1);
  expect(asked).toEqual([]);
  all.follow({ ...request, planes: null }, send);
  sent = [];
  await run(all, 5);
  expect(sent).toEqual([]);
});

it("tells a viewer that isn't heard of any more no longer, and one that asks again further", async () => {
  const all = followers();
  all.follow(request, send);
  await run(all, 30);
  all.follow(request, send);
  await run(all, 30);
  expect(sent.at(-1)!.at).toBeGreaterThan(57_000);
  await run(all, 60);
  expect(sent.at(-1)!.at).toBeLessThan(72_000);
});

it("goes on for the others when the channel of one is closed", async () => {
  const all = followers();
  const close = () => {
    throw new Error("comm is closed");
  };
  all.follow({ ...request, viewer: 8, planes: [] }, close);
  all.follow({ ...request, viewer: 9 }, close);
  all.follow({ ...request, planes: [] }, send);
  await run(all, 10);
  expect(sent.length).toBeGreaterThan(2);
  expect(asked.length).toBe(1);
});
