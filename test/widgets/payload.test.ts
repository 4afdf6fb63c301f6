import type { FrameReply, ViewPayload } from "@rotoscope/arrow";
import { VIEW_MIME_TYPE } from "@rotoscope/arrow";
import { ImprovementLog, joinImprovements, MaxScoreOverRotations, ndarray, resultAt } from "@rotoscope/core";
import { htmlPage, show } from "@rotoscope/widgets";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { staticTransport } from "../../packages/viewer/src/static-transport.js";
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
      const { reply, buffers } = await transport.request({ type: "frame", sequence: step, step, planes });
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

  test("answers a front end's comm with exact planes of any step", () => {
    const result = exampleResult();
    show(result);
    const { id } = kernel.displays[0]![VIEW_MIME_TYPE] as ViewPayload;
    const comm = kernel.openFrontEnd({ id });
    comm.receive({ type: "frame", sequence: 7, step: 5, planes: [{ map: "scores", axis: 1, index: 8 }] });
    const { data, buffers } = comm.sent.at(-1)!;
    const expected = resultAt(result, result.history, 5).scores.data;
    const plane = Array.from({ length: 6 * 7 }, (_, at) => expected[(Math.floor(at / 7) * 9 + 8) * 7 + (at % 7)]);
    expect(data).toMatchObject({ type: "frame", sequence: 7, step: 5, planes: [{ shape: [6, 7] }] });
    expect([...new Float32Array(buffers[0]!.slice().buffer)]).toEqual(plane);
    comm.receive({ type: "frame", sequence: 8, step: 99, planes: [] });
    expect(comm.sent.at(-1)!.data).toMatchObject({
      type: "failed",
      sequence: 8,
      message: expect.stringContaining("99"),
    });
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
