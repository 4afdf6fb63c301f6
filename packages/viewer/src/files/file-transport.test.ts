import { setTimeout as pause } from "node:timers/promises";
import type { FrameReply, ViewDescription, ViewReply } from "@rotoscope/arrow/messages";
import { writeMrc } from "@rotoscope/formats/mrc";
import { expect, test, vi } from "vitest";
import { coarseFirst } from "./coarse-copy.js";
import { fileTransport } from "./file-transport.js";
import { openFile } from "./open-file.js";
import type { SlicedFile } from "./sliced-file.js";

const { signal } = new AbortController();
const shape = [6, 5, 4] as const;
const value = (z: number, y: number, x: number): number => z * 100 + y * 10 + x;

/** A volume whose values tell their place, and too large for memory if `nominal` says so. */
function volumeFile(nominal: readonly [number, number, number] = shape): SlicedFile & { read: string[] } {
  const [, ny, nx] = nominal;
  const read: string[] = [];
  return {
    name: "a.mrc",
    shape: nominal,
    voxelSizeAngstrom: [1, 1, 1],
    maps: ["target"],
    result: null,
    read,
    async readPlane(z) {
      read.push(`z ${z}`);
      return { target: Float32Array.from({ length: ny * nx }, (_, i) => value(z, Math.floor(i / nx), i % nx)) };
    },
    async readRow(z, y) {
      read.push(`z ${z} y ${y}`);
      return Float32Array.from({ length: nx }, (_, x) => value(z, y, x));
    },
    async holdWhole() {
      read.push("whole");
    },
  };
}

async function ask(
  transport: Awaited<ReturnType<typeof fileTransport>>,
  request: object,
): Promise<ViewReply & { values: Float32Array[] }> {
  const { reply, buffers } = await transport.request({ sequence: 1, ...request } as never);
  return { ...reply, values: buffers.map((buffer) => new Float32Array(buffer)) };
}

async function describe(transport: Awaited<ReturnType<typeof fileTransport>>): Promise<ViewDescription> {
  return ((await ask(transport, { type: "describe" })) as never as { description: ViewDescription }).description;
}

const frame = (axis: number, index: number): object => ({
  type: "frame",
  step: null,
  view: "best",
  planes: [{ map: "target", axis, index }],
});

test("a small file is held whole and exact along every axis", async () => {
  const file = volumeFile();
  const transport = await fileTransport(file);
  await vi.waitFor(async () => expect((await describe(transport)).notes).toEqual([]), 5000);
  expect(file.read[0]).toBe("z 3");
  expect(file.read).toContain("whole");
  const [, y, x] = await Promise.all([frame(0, 2), frame(1, 4), frame(2, 1)].map((request) => ask(transport, request)));
  expect(y!.values[0]).toEqual(Float32Array.from({ length: 24 }, (_, i) => value(Math.floor(i / 4), 4, i % 4)));
  expect(x!.values[0]).toEqual(Float32Array.from({ length: 30 }, (_, i) => value(Math.floor(i / 5), i % 5, 1)));
  transport.close();
});

test("of a large file z is exact with one request each, y and x come from every n-th plane, and y is refined at rest", async () => {
  const file = volumeFile([64, 1024, 1024]);
  const transport = await fileTransport(file);
  const changes = vi.fn();
  transport.onEvent((event) => changes(event));
  const exact = await ask(transport, frame(0, 9));
  expect(exact.values[0]![5 * 1024 + 3]).toBe(value(9, 5, 3));
  expect(file.read.filter((what) => what === "z 9")).toHaveLength(1);
  expect((await describe(transport)).notes.join(" ")).toContain(
    "y and x are coarse: from every 4th plane; y becomes exact",
  );

  await vi.waitFor(async () => expect((await describe(transport)).notes.join(" ")).not.toContain("Reading"), 5000);
  const coarse = await ask(transport, frame(1, 7));
  expect([0, 1, 2, 3, 4, 63].map((z) => coarse.values[0]![z * 1024])).toEqual([270, 270, 270, 270, 670, 6270]);
  const side = await ask(transport, frame(2, 5));
  expect(side.values[0]![9 * 1024 + 3]).toBe(value(10, 3, 5));

  await vi.waitFor(() => expect(file.read.filter((what) => what.endsWith("y 7"))).toHaveLength(64), 5000);
  const refined = await ask(transport, frame(1, 7));
  expect([0, 1, 2, 3, 4, 63].map((z) => refined.values[0]![z * 1024])).toEqual([70, 170, 270, 370, 470, 6370]);
  expect(changes).toHaveBeenCalledWith({ type: "changed" });
  transport.close();
}, 20_000);

test("a file that can't be read further says so and still answers what it has", async () => {
  const file = { ...volumeFile(), holdWhole: () => Promise.reject(new Error("a.mrc: it isn't there any more.")) };
  const transport = await fileTransport(file);
  const events = vi.fn();
  transport.onEvent((event) => events(event));
  await vi.waitFor(() =>
    expect(events).toHaveBeenCalledWith({ type: "lost", message: "a.mrc: it isn't there any more." }),
  );
  expect((await ask(transport, frame(0, 3))) as never as FrameReply).toMatchObject({ type: "frame" });
  expect((await describe(transport)).notes[0]).toContain("incomplete");
});

test("nothing is read any more after the view was closed", async () => {
  const file = volumeFile([64, 1024, 1024]);
  const transport = await fileTransport(file);
  transport.close();
  await pause(200);
  const before = file.read.length;
  await pause(300);
  expect(file.read.length).toBe(before);
  expect(before).toBeLessThan(16);
});

test("a JavaScript source map is no density map, and an MRC file is one by any name", async () => {
  const text = new TextEncoder().encode(JSON.stringify({ version: 3, mappings: "A".repeat(2000) }));
  const serve = (content: Uint8Array) => async () => new Response(content as never);
  expect(await openFile("bundle.js.map", serve(text), signal)).toBeNull();
  await expect(openFile("bundle.mrc", serve(text), signal)).rejects.toThrow("bundle.mrc: not an MRC file");
  const map = writeMrc({
    data: Float32Array.from({ length: 24 }, (_, i) => i),
    shape: [2, 3, 4],
    stride: [12, 4, 1],
    voxelSizeAngstrom: [2, 2, 2],
    originAngstrom: [0, 0, 0],
  });
  const file = await openFile("emd.map", serve(map), signal);
  expect(file).toMatchObject({ shape: [2, 3, 4], voxelSizeAngstrom: [2, 2, 2], maps: ["target"] });
  expect((await file!.readPlane(1)).target).toEqual(Float32Array.from({ length: 12 }, (_, i) => 12 + i));
  expect(await file!.readRow!(1, 2)).toEqual(Float32Array.from([20, 21, 22, 23]));
});

test("planes are read so that gaps are halved", () => {
  expect(coarseFirst(8)).toEqual([4, 2, 6, 1, 3, 5, 7, 0]);
  expect([...coarseFirst(13)].sort((a, b) => a - b)).toEqual(Array.from({ length: 13 }, (_, k) => k));
});
