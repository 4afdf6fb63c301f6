import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ChangesReply, DescribeReply, FrameReply, ViewPayload } from "@rotoscope/arrow";
import { VIEW_MIME_TYPE } from "@rotoscope/arrow";
import { findPeaks, ImprovementLog, joinImprovements, MaxScoreOverRotations, ndarray, resultAt } from "@rotoscope/core";
import { chosenPicks, htmlPage, type ShowOptions, show } from "@rotoscope/widgets";
import { tableFromIPC } from "apache-arrow";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { heldPlanes } from "../../packages/viewer/src/held-planes.js";
import { staticTransport } from "../../packages/viewer/src/static-transport.js";
import { stepChanges } from "../../packages/viewer/src/step-changes.js";
import { FakeKernel } from "./fake-kernel.js";

const SHAPE = [6, 9, 7];
const SIZE = 6 * 9 * 7;
const ROTATIONS = 12;

/** Twelve rotations of smooth scores between 0 and 1, with their history. */
function exampleResult() {
  const analyzer = new MaxScoreOverRotations({ shape: SHAPE });
  const state = analyzer.initState();
  const log = new ImprovementLog();
  for (let k = 0; k < ROTATIONS; k++) {
    const scores = Float32Array.from({ length: SIZE }, (_, voxel) => 0.5 + 0.5 * Math.sin(voxel * (k + 1) * 0.37 + k));
    const matrix = Float32Array.of(1, 0, 0, 0, Math.cos(k), -Math.sin(k), 0, Math.sin(k), Math.cos(k));
    analyzer.update(state, { scores: ndarray(scores, SHAPE), rotationMatrix: matrix }, log);
  }
  const result = analyzer.result(state);
  const target = {
    ...ndarray(
      Float32Array.from({ length: SIZE }, (_, voxel) => voxel),
      SHAPE,
    ),
    voxelSizeAngstrom: [2, 2, 2],
    originAngstrom: [0, 0, 0],
  };
  return Object.assign(result, { history: joinImprovements([log.entries()], SHAPE, 0), target });
}

function payloadOf(page: string): ViewPayload {
  return JSON.parse(/id="rotoscope-payload">(.*?)<\/script>/s.exec(page)![1]!) as ViewPayload;
}

describe("the payload of a static page", () => {
  test("gives after every step the scores and rotations of the history, to 8 bits", async () => {
    const result = exampleResult();
    const transport = staticTransport(payloadOf(htmlPage(result)));
    for (const step of [12, 0, 1, 5, 3, 11, 12]) {
      const planes = Array.from({ length: 6 }, (_, index) => [
        { map: "scores", axis: 0, index } as const,
        { map: "rotations", axis: 0, index } as const,
      ]).flat();
      const { reply, buffers } = await transport.request({ type: "frame", sequence: step, step, view: "best", planes });
      const expected = resultAt(result, result.history, step);
      const scores = buffers.filter((_, i) => i % 2 === 0).flatMap((buffer) => [...new Float32Array(buffer)]);
      const rotations = buffers.filter((_, i) => i % 2 === 1).flatMap((buffer) => [...new Int32Array(buffer)]);
      expect(Math.max(...scores.map((score, voxel) => Math.abs(score - expected.scores.data[voxel]!)))).toBeLessThan(
        1 / 255,
      );
      expect(rotations).toEqual([...expected.rotations.data]);
      expect((reply as FrameReply).maxScore).toBeCloseTo(Math.max(...expected.scores.data), 6);
    }
  });

  test("describes the result and its picks", async () => {
    const picks = [{ position: [1, 2, 3], score: 0.5, rotation: 4 }];
    const transport = staticTransport(payloadOf(htmlPage(exampleResult(), { title: "A </script> title", picks })));
    const { reply, buffers } = await transport.request({ type: "describe", sequence: 1 });
    expect(reply).toMatchObject({
      type: "description",
      description: {
        title: "A </script> title",
        shape: SHAPE,
        stepCount: 12,
        hasHistory: true,
        voxelSizeAngstrom: [2, 2, 2],
        picks,
      },
    });
    expect(new Float32Array(buffers[0]!)).toHaveLength(12 * 9);
  });
});

describe("a shown result", () => {
  let kernel: FakeKernel;
  beforeEach(() => {
    kernel = new FakeKernel();
  });
  afterEach(() => kernel.remove());

  test("is one display with our payload, an anywidget, a PNG and text, and no HTML", () => {
    show(exampleResult());
    expect(kernel.displays).toHaveLength(1);
    const [bundle] = kernel.displays;
    expect(Object.keys(bundle!).sort()).toEqual([
      "application/vnd.jupyter.widget-view+json",
      VIEW_MIME_TYPE,
      "image/png",
      "text/plain",
    ]);
    expect(
      Buffer.from(bundle!["image/png"] as string, "base64")
        .subarray(1, 4)
        .toString(),
    ).toBe("PNG");
    expect(bundle!["text/plain"]).toContain("Best of 12 rotations for each of 6 x 9 x 7 voxels");
  });

  test("of a large result is displayed at once; what a saved notebook needs follows, and answers don't wait for it", async () => {
    const shape = [64, 64, 64];
    const data = Float32Array.from({ length: 64 ** 3 }, (_, voxel) => Math.sin(voxel * 0.37));
    const rotations = ndarray(new Int32Array(data.length), shape);
    const rotationMapping = new Map([[0, Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1)]]);
    const scores = ndarray(data, shape);
    show({ scores, rotations, rotationMapping, offset: [0, 0, 0], meanSquare: 0 });
    expect(Object.keys(kernel.displays[0]!)).not.toContain("image/png");
    const { id } = kernel.displays[0]![VIEW_MIME_TYPE] as ViewPayload;
    const comm = kernel.openFrontEnd({ id });
    comm.receive({ type: "describe", sequence: 1 });
    await kernel.work[0];
    const { picks, maps } = (comm.sent[0]!.data as DescribeReply).description;
    expect(maps).toEqual(["scores", "rotations"]);
    const [best] = findPeaks({ scores, rotations }, { numPeaks: 1 });
    expect(picks[0]).toEqual(best);
    const [, whole] = kernel.displays;
    expect(whole!["text/plain"]).toContain("Best of 1 rotations");
    const { reply } = await staticTransport(whole![VIEW_MIME_TYPE] as ViewPayload).request({
      type: "describe",
      sequence: 1,
    });
    expect(reply).toMatchObject({ description: { maps: ["scores", "rotations"], picks: { length: picks.length } } });
    expect(Object.keys(whole!)).toContain("image/png");
  }, 30_000);

  /** What a front end is told when it asks; `request` lacks its sequence number. */
  async function asking(options: ShowOptions = {}) {
    const result = exampleResult();
    show(result, options);
    const { id } = kernel.displays[0]![VIEW_MIME_TYPE] as ViewPayload;
    const comm = kernel.openFrontEnd({ id });
    let sequence = 0;
    const ask = async (request: object) => {
      sequence++;
      comm.receive({ ...request, sequence });
      return vi.waitUntil(() => comm.sent.find(({ data }) => (data as { sequence?: number }).sequence === sequence));
    };
    return { result, ask };
  }

  test("answers a front end's comm with exact planes of any step", async () => {
    const { result, ask } = await asking();
    const planes = [{ map: "scores", axis: 1, index: 8 }];
    const { data, buffers } = await ask({ type: "frame", step: 5, view: "best", planes });
    const expected = resultAt(result, result.history, 5).scores.data;
    const plane = Array.from({ length: 6 * 7 }, (_, at) => expected[(Math.floor(at / 7) * 9 + 8) * 7 + (at % 7)]);
    expect(data).toMatchObject({ type: "frame", step: 5, planes: [{ shape: [6, 7] }] });
    expect([...new Float32Array(buffers[0]!.slice().buffer)]).toEqual(plane);
    const { data: failure } = await ask({ type: "frame", step: 99, view: "best", planes: [] });
    expect(failure).toMatchObject({ type: "failed", message: expect.stringContaining("99") });
  });

  test("knows the highest score of every step, whichever way it is reached", async () => {
    const { result, ask } = await asking();
    for (const step of [12, 11, 3, 4, 5, 1, 9, 0, 2]) {
      const { data } = await ask({ type: "frame", step, view: "best", planes: [] });
      const { scores } = resultAt(result, result.history, step);
      expect((data as FrameReply).maxScore).toBe(Math.max(...scores.data));
    }
  });

  test("tells what the steps around one change, as the viewer replays it, forwards and backwards", async () => {
    const { ask } = await asking();
    const slices = [2, 5, 3] as const;
    const planes = ([0, 1, 2] as const).map((axis) => ({ axis, index: slices[axis] }));
    const both = (["scores", "rotations"] as const).flatMap((map) => planes.map((plane) => ({ map, ...plane })));
    const valuesAt = async (step: number) => {
      const { data, buffers } = await ask({ type: "frame", step, view: "best", planes: both });
      const own = buffers.map((bytes) => bytes.slice().buffer as ArrayBuffer);
      return { reply: data as FrameReply, buffers: own };
    };
    const { data, buffers } = await ask({ type: "changes", step: 6, planes });
    expect(data).toMatchObject({ type: "changes", first: 0, last: 12, planes });
    const changes = stepChanges(
      data as ChangesReply,
      buffers.map((bytes) => bytes.slice().buffer as ArrayBuffer),
      6,
    );
    const held = heldPlanes();
    const start = await valuesAt(6);
    held.take(start.reply, start.buffers);
    for (const step of [7, 12, 5, 0, 1, 3, 12, 11]) {
      expect(changes.reach(held.shown!.step, step, planes)).toBe(true);
      const maxScore = changes.move(held, step);
      const expected = await valuesAt(step);
      expect(maxScore).toBe(expected.reply.maxScore);
      both.forEach(({ map, axis }, i) => {
        const values = held.plane(map, axis)!.values;
        expect([...values]).toEqual([...new (map === "scores" ? Float32Array : Int32Array)(expected.buffers[i]!)]);
      });
    }
    expect(changes.reach(11, 12, planes.slice(1))).toBe(false);
    expect((await ask({ type: "changes", step: 13, planes })).data).toMatchObject({ type: "failed" });
  });

  test("shows one rotation alone, computed once for all slices of a step", async () => {
    const asked: number[] = [];
    const stepper = {
      rotationCount: ROTATIONS,
      scoreMap: async (index: number) => {
        asked.push(index);
        return new Float32Array(SIZE).fill(index / 100);
      },
    };
    const { ask } = await asking({ stepper });
    for (const index of [2, 3]) {
      const planes = (["scores", "rotations"] as const).map((map) => ({ map, axis: 0, index }));
      const { data, buffers } = await ask({ type: "frame", step: 7, view: "this", planes });
      expect(data).toMatchObject({ step: 7, view: "this", maxScore: Math.fround(0.06) });
      expect(new Set(new Float32Array(buffers[0]!.slice().buffer))).toEqual(new Set([Math.fround(0.06)]));
      expect(new Set(new Int32Array(buffers[1]!.slice().buffer))).toEqual(new Set([6]));
    }
    expect(asked).toEqual([6]);
    const { data } = await ask({ type: "frame", step: 0, view: "this", planes: [] });
    expect(data).toMatchObject({ maxScore: 0 });
  });

  test("tells a voxel's course: the steps that improved it, and to what", async () => {
    const { result, ask } = await asking();
    const { data } = await ask({ type: "course", voxel: [3, 4, 5] });
    const voxel = (3 * 9 + 4) * 7 + 5;
    const steps = Array.from(
      { length: ROTATIONS + 1 },
      (_, k) => resultAt(result, result.history, k).scores.data[voxel]!,
    );
    const improving = steps.flatMap((score, k) => (k > 0 && score > steps[k - 1]! ? [k] : []));
    expect(data).toMatchObject({ type: "course", steps: improving, scores: improving.map((k) => steps[k]) });
  });

  test("keeps the choice of picks, and hands them to the next cell and to a file", async () => {
    const folder = mkdtempSync(join(tmpdir(), "rotoscope-picks-"));
    const before = process.cwd();
    process.chdir(folder);
    try {
      const { result, ask } = await asking();
      const all = chosenPicks(result);
      expect(all.length).toBeGreaterThan(4);
      const threshold = all[3]!.score;
      const choice = { threshold, removed: [1] };
      await ask({ type: "choose", choice });
      const taken = all.filter(({ score }, index) => score >= threshold && index !== 1);
      expect(chosenPicks(result)).toEqual(taken);
      const { data } = await ask({ type: "describe" });
      expect(data).toMatchObject({ description: { choice, keepsChoice: true } });
      const written = await ask({ type: "write-picks", choice, format: "star", name: "picks.star" });
      expect(written.data).toMatchObject({ count: taken.length, path: "picks.star" });
      expect(readFileSync("picks.star", "utf8").match(/^picks\t/gm)).toHaveLength(taken.length);
      await ask({ type: "write-picks", choice, format: "arrow", name: "picks.arrow" });
      expect(tableFromIPC(readFileSync("picks.arrow")).numRows).toBe(taken.length);
      const { data: failure } = await ask({ type: "write-picks", choice, format: "star", name: "../picks.star" });
      expect(failure).toMatchObject({ type: "failed" });
    } finally {
      process.chdir(before);
      rmSync(folder, { recursive: true });
    }
  });

  test("that the kernel no longer holds says so and closes the comm", () => {
    show(exampleResult());
    const comm = kernel.openFrontEnd({ id: "unknown" });
    expect(comm.sent.at(-1)!.data).toMatchObject({ type: "lost" });
    expect(comm.closed).toBe(true);
  });

  test("serves the viewer's file to the anywidget", () => {
    show(exampleResult());
    const [widget] = kernel.widgets;
    expect(widget!.esm.length).toBeLessThan(10_000);
    widget!.receive({ type: "viewer-source" });
    const source = Buffer.from(widget!.sent.at(-1)!.buffers[0]!).toString();
    expect(source).toContain("rotoscope viewer");
  });

  test("outside of a notebook is an error that says what to do", () => {
    kernel.remove();
    expect(() => show(exampleResult())).toThrow("not in a notebook");
  });
});
