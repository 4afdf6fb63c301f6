import { ndarray, type Volume } from "@rotoscope/core";
import { describe, expect, test } from "vitest";
import { readMrc, writeMrc } from "./mrc.js";

const volume: Volume = {
  ...ndarray(
    Float32Array.from({ length: 24 }, (_, i) => i / 7 - 1),
    [2, 3, 4],
  ),
  voxelSizeAngstrom: [1.5, 2.5, 3.5],
  originAngstrom: [-1, 0, 2],
};

/** A written volume with some of its header's words changed. */
function withWords(words: Readonly<Record<number, number>>): Uint8Array {
  const bytes = writeMrc(volume);
  const view = new DataView(bytes.buffer);
  for (const [word, value] of Object.entries(words)) view.setInt32((Number(word) - 1) * 4, value, true);
  return bytes;
}

test("a volume comes back as it was written", () => {
  expect(readMrc(writeMrc(volume))).toEqual(volume);
});

test("a view into a larger buffer is read like a buffer of its own", () => {
  const bytes = writeMrc(volume);
  const larger = new Uint8Array(bytes.length + 7);
  larger.set(bytes, 3);
  expect(readMrc(Buffer.from(larger.buffer, 3, bytes.length))).toEqual(volume);
});

test("axes in any order come out as z, y, x", () => {
  const permuted = readMrc(withWords({ 17: 3, 18: 1, 19: 2 }));
  expect(permuted.shape).toEqual([4, 2, 3]);
  const [z, y, x] = [3, 1, 2];
  expect(permuted.data[(z * 2 + y) * 3 + x]).toBe(volume.data[(y * 3 + x) * 4 + z]);
});

test("NSTART gives the origin where ORIGIN is zero", () => {
  const { originAngstrom } = readMrc(withWords({ 5: 2, 6: 4, 7: -6, 50: 0, 51: 0, 52: 0 }));
  expect(originAngstrom).toEqual([-9, 10, 7]);
});

test("IMOD's stamp tells unsigned bytes from signed ones", () => {
  const bytes = withWords({ 4: 0 });
  bytes[1024] = 200;
  expect(readMrc(bytes).data[0]).toBe(-56);
  const stamped = withWords({ 4: 0, 39: 1146047817, 40: 0 });
  stamped[1024] = 200;
  expect(readMrc(stamped).data[0]).toBe(200);
});

describe("errors name the file, the field and its value", () => {
  test.each([
    [{ 1: 0 }, "file", "NX is 0"],
    [{ 3: -5 }, "file", "NZ is -5"],
    [{ 4: 3 }, "unsupported", "MODE is 3 (complex int16)"],
    [{ 4: 77 }, "file", "MODE is 77"],
    [{ 17: 2, 18: 2, 19: 3 }, "file", "MAPC, MAPR, MAPS are 2, 2, 3"],
    [{ 24: -1 }, "file", "NSYMBT is -1"],
    [{ 24: 1e9 }, "file", "need 1000001120"],
    [{ 1: 1 << 23, 2: 1 << 23, 3: 1 << 23 }, "file", "NX, NY, NZ = 8388608, 8388608, 8388608"],
    [{ 4: 9999999 }, "file", "not an MRC file"],
  ] as const)("header words %o", (words, code, message) => {
    expect(() => readMrc(withWords(words), "bad.mrc")).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(`bad.mrc: `) }),
    );
    expect(() => readMrc(withWords(words), "bad.mrc")).toThrow(message);
  });

  test("a file that ends too early", () => {
    const bytes = writeMrc(volume);
    expect(() => readMrc(bytes.subarray(0, 1119), "cut.mrc")).toThrow(
      "cut.mrc: 1119 bytes, but NX, NY, NZ = 4, 3, 2 in mode 2 need 1120",
    );
    expect(() => readMrc(bytes.subarray(0, 100), "cut.mrc")).toThrow("cut.mrc: 100 bytes");
  });

  test("a volume with two axes can't be written", () => {
    expect(() => writeMrc({ ...volume, shape: [6, 4], stride: [4, 1] })).toThrow("shape [6, 4]");
  });
});

test("values that aren't finite stay out of the statistics", () => {
  const data = Float32Array.of(1, Number.NaN, 3, Number.POSITIVE_INFINITY);
  const bytes = writeMrc({ ...ndarray(data, [1, 2, 2]), voxelSizeAngstrom: [0, 0, 0], originAngstrom: [0, 0, 0] });
  const view = new DataView(bytes.buffer);
  expect([76, 80, 84, 216].map((at) => view.getFloat32(at, true))).toEqual([1, 3, 2, 1]);
  expect(readMrc(bytes).data).toEqual(data);
});
