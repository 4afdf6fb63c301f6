import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inflateRawSync } from "node:zlib";
import { writeArrow } from "@rotoscope/arrow";
import type { CourseReply, FrameReply, ViewDescription } from "@rotoscope/arrow/messages";
import { replayable, rotationSet } from "@rotoscope/core";
import { type MatchResult, match } from "@rotoscope/matching";
import { type FileTransport, fileTransport, openFile } from "@rotoscope/viewer/files";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { referenceFloats, volumeOf } from "../matching/reference-maps.js";

const folder = mkdtempSync(join(tmpdir(), "rotoscope-opened-"));
const { signal } = new AbortController();
let result: MatchResult;

beforeAll(async () => {
  const [target, template] = [volumeOf(referenceFloats("target")), volumeOf(referenceFloats("template"))];
  const rotations = rotationSet({ angularSamplingDegrees: 60 });
  result = await match({ target, template, rotations, history: true, workers: 1 });
  await writeArrow(join(folder, "result.arrow"), result);
  const half = await match({ target, template, rotations, history: true, workers: 1, scoreThreshold: 0.1 });
  await writeArrow(join(folder, "other.arrow"), half);
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true }));

/** The result, with another file for its history. */
async function open(history: string): Promise<FileTransport> {
  const serve = (name: string) => async () => new Response(readFileSync(join(folder, name)));
  const file = await openFile("result.arrow", serve("result.arrow"), signal, async () => ({
    name: history,
    fetchRange: serve(history),
  }));
  return fileTransport(file!);
}

async function describe(transport: FileTransport): Promise<ViewDescription> {
  const { reply } = await transport.request({ type: "describe", sequence: 1 });
  return (reply as { readonly description: ViewDescription }).description;
}

test("a result that is opened as a file shows every step of the history beside it", async () => {
  const transport = await open("result.history.arrow");
  await vi.waitFor(async () => expect((await describe(transport)).hasHistory).toBe(true), 20_000);
  expect((await describe(transport)).notes).toEqual([]);
  const [nz, ny, nx] = result.scores.shape as [number, number, number];
  const history = replayable(result.history!, result);
  for (const step of [1, history.stepCount, 3, 0, 17]) {
    const { reply, buffers } = await transport.request({
      type: "frame",
      sequence: 1,
      step,
      view: "best",
      planes: [
        { map: "scores", axis: 1, index: 3 },
        { map: "rotations", axis: 0, index: 2 },
      ],
    });
    const { scores, rotations } = history.at(step);
    const row = (z: number): number[] => [...scores.data.subarray((z * ny + 3) * nx, (z * ny + 4) * nx)];
    expect([...new Float32Array(buffers[0]!)]).toEqual(Array.from({ length: nz }, (_, z) => row(z)).flat());
    expect(new Int32Array(buffers[1]!)).toEqual(rotations.data.slice(2 * ny * nx, 3 * ny * nx));
    const highest = scores.data.reduce((most, score) => Math.max(most, score), 0);
    expect((reply as FrameReply).maxScore).toBe(highest);
  }
  const voxel = [2, 3, 1] as const;
  const { reply } = await transport.request({ type: "course", sequence: 1, voxel });
  const { steps, scores } = reply as CourseReply;
  const at = (2 * ny + 3) * nx + 1;
  expect(steps.at(-1)).toBe(result.rotations.data[at]! + 1);
  expect(scores).toEqual(steps.map((step) => history.at(step).scores.data[at]));
  transport.close();
}, 60_000);

test("another result's history is refused", async () => {
  const transport = await open("other.history.arrow");
  const message = "Its history can't be had: other.history.arrow belongs to another result, or has changed.";
  await vi.waitFor(async () => expect((await describe(transport)).notes).toEqual([message]), 20_000);
  expect(await describe(transport)).toMatchObject({ hasHistory: false });
  transport.close();
}, 60_000);

test("a page of it holds its maps, rotations and picks", async () => {
  const transport = await open("result.history.arrow");
  const { description, scores, rotations, matrices } = await transport.payload();
  expect(description).toMatchObject({ shape: result.scores.shape, binning: 1, hasHistory: false, keepsChoice: false });
  expect(description.picks.length).toBeGreaterThan(0);
  const inflate = (text: string): Buffer => inflateRawSync(Buffer.from(text, "base64"));
  const bytes = inflate(scores!.data);
  const error = result.scores.data.map((score, voxel) =>
    Math.abs(Math.max(score, scores!.low) - scores!.low - (bytes[voxel]! / 255) * (scores!.high - scores!.low)),
  );
  expect(Math.max(...error)).toBeLessThanOrEqual((scores!.high - scores!.low) / 500);
  const { buffer, byteOffset, length } = inflate(rotations!.data);
  expect([...new Uint16Array(buffer.slice(byteOffset, byteOffset + length) as ArrayBuffer)]).toEqual(
    [...result.rotations.data].map((index) => (index < 0 ? 65535 : index)),
  );
  expect(inflate(matrices!.data)).toHaveLength(36 * description.stepCount);
  transport.close();
}, 60_000);
