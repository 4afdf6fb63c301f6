import { deflateRawSync } from "node:zlib";
import type { FrameReply, ViewPayload } from "@rotoscope/arrow/messages";
import { expect, it } from "vitest";
import { staticTransport } from "./static-transport.js";

const pack = (array: ArrayBufferView) =>
  deflateRawSync(new Uint8Array(array.buffer, array.byteOffset, array.byteLength)).toString("base64");

/** 1 x 2 x 3 voxels, three rotations; voxel 4 never improved, voxel 5 is below the history's limit. */
const payload: ViewPayload = {
  format: "rotoscope.view",
  version: 1,
  id: "tiny",
  description: {
    title: "Tiny",
    shape: [1, 2, 3],
    voxelSizeAngstrom: [1, 1, 1],
    maps: ["target", "scores", "rotations"],
    stepCount: 3,
    hasHistory: true,
    hasThisRotation: false,
    hasTemplate: false,
    scoreThreshold: -10,
    ranges: { target: null, scores: [0, 255] },
    statistics: null,
    picks: [],
    choice: { threshold: -10, removed: [] },
    keepsChoice: false,
    binning: 1,
    wholeShape: [1, 2, 3],
    running: true,
    notes: ["A note."],
  },
  target: null,
  scores: { low: 0, high: 255, data: pack(Uint8Array.of(30, 40, 50, 60, 0, 9)) },
  rotations: { data: pack(Uint16Array.of(2, 0, 1, 1, 65535, 0)) },
  matrices: { data: pack(new Float32Array(27).fill(1)) },
  template: null,
  history: {
    above: 10,
    maxScores: pack(Float32Array.of(40, 60, 60)),
    counts: pack(Uint32Array.of(3, 2, 1)),
    voxels: pack(Uint32Array.of(0, 1, 1, 2, 1, 0)),
    scores: pack(Uint8Array.of(20, 40, 25, 50, 60, 30)),
  },
};

async function frame(step: number | null, map: "scores" | "rotations", of: ViewPayload = payload) {
  const planes = [{ map, axis: 0, index: 0 }] as const;
  const { reply, buffers } = await staticTransport(of).request({
    type: "frame",
    sequence: 1,
    step,
    view: "best",
    planes,
  });
  const values = buffers[0] && [...(map === "scores" ? new Float32Array(buffers[0]) : new Int32Array(buffers[0]))];
  return { reply: reply as FrameReply, values };
}

it("describes what the payload can show, no longer as running", async () => {
  const { reply, buffers } = await staticTransport(payload).request({ type: "describe", sequence: 8 });
  expect(reply).toMatchObject({ type: "description", sequence: 8 });
  expect(reply.type === "description" && reply.description).toMatchObject({
    maps: ["scores", "rotations"],
    running: false,
    notes: ["A note.", "Saved while the search was running."],
  });
  expect(buffers[0]!.byteLength).toBe(108);
});

it("gives the threshold and no rotation before the first", async () => {
  expect(await frame(0, "scores")).toMatchObject({ reply: { step: 0, maxScore: -10 }, values: Array(6).fill(-10) });
  expect((await frame(0, "rotations")).values).toEqual(Array(6).fill(-1));
});

it("replays the history, and admits what it leaves out", async () => {
  expect(await frame(1, "scores")).toMatchObject({
    reply: { maxScore: 40 },
    values: [20, 40, 25, -10, -10, Number.NaN],
  });
  expect((await frame(2, "scores")).values).toEqual([20, 40, 50, 60, -10, Number.NaN]);
  expect((await frame(2, "rotations")).values).toEqual([0, 0, 1, 1, -1, -1]);
});

it("gives the final maps at the last step, also as the latest", async () => {
  for (const step of [3, null]) {
    expect(await frame(step, "scores")).toMatchObject({
      reply: { step: 3, maxScore: 60 },
      values: [30, 40, 50, 60, 0, 9],
    });
    expect((await frame(step, "rotations")).values).toEqual([2, 0, 1, 1, -1, 0]);
  }
});

it("fails with a sentence for what isn't there", async () => {
  expect((await frame(1, "scores", { ...payload, history: null })).reply).toMatchObject({
    type: "failed",
    message: expect.stringMatching(/last step only/),
  });
  const future = { ...payload, version: 2 } as unknown as ViewPayload;
  expect((await frame(1, "scores", future)).reply).toMatchObject({
    type: "failed",
    message: expect.stringMatching(/expected rotoscope.view 1/),
  });
  const damaged = { ...payload, rotations: { data: "####" } };
  expect((await frame(3, "scores", damaged)).reply).toMatchObject({
    type: "failed",
    message: expect.stringMatching(/can't be read/),
  });
});

it("tells a voxel's course, how often scores occur, and that one rotation alone needs the kernel", async () => {
  const transport = staticTransport(payload);
  const course = await transport.request({ type: "course", sequence: 1, voxel: [0, 0, 0] });
  expect(course.reply).toMatchObject({ steps: [1, 3], scores: [20, 30] });
  const histogram = await transport.request({ type: "histogram", sequence: 2, map: "scores" });
  const counts = [...new Uint32Array(histogram.buffers[0]!)];
  expect(counts.flatMap((count, bin) => (count > 0 ? [[bin, count]] : []))).toHaveLength(6);
  const alone = await transport.request({ type: "frame", sequence: 3, step: 1, view: "this", planes: [] });
  expect(alone.reply).toMatchObject({ type: "failed", message: expect.stringContaining("kernel") });
});

it("keeps the choice of picks as long as the page is open", async () => {
  const transport = staticTransport(payload);
  const choice = { threshold: 20, removed: [] };
  await transport.request({ type: "choose", sequence: 1, choice });
  const { reply } = await transport.request({ type: "describe", sequence: 2 });
  expect(reply).toMatchObject({ description: { choice, keepsChoice: false } });
});
