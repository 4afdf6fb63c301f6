import { expect, test } from "vitest";
import { readNpy } from "./npy.js";

function npy(header: string, body: Uint8Array): Uint8Array {
  const text = new TextEncoder().encode(header);
  return Uint8Array.of(
    0x93,
    ...new TextEncoder().encode("NUMPY"),
    1,
    0,
    text.length & 255,
    text.length >> 8,
    ...text,
    ...body,
  );
}

const HEADER = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }\n";

test("float32 values in C order come as they are", () => {
  const values = Float32Array.of(1, 2, 3, 4);
  expect(readNpy(npy(HEADER, new Uint8Array(values.buffer)))).toEqual({ data: values, shape: [2, 2], stride: [2, 1] });
});

test.each([
  ["too few values", npy(HEADER, new Uint8Array(15)), "15 bytes of values, but shape (2, 2) of f4 needs 16"],
  [
    "a shape past all memory",
    npy(HEADER.replace("2, 2", "99999999, 99999999"), new Uint8Array(16)),
    "shape (99999999, 99999999)",
  ],
  ["an unknown type", npy(HEADER.replace("<f4", "<c8"), new Uint8Array(32)), "<c8"],
  ["a header past the end", npy(HEADER, new Uint8Array(0)).subarray(0, 30), "a header of 60 bytes in a file of 30"],
  ["another file", new TextEncoder().encode("PK and so on"), "not an .npy file"],
  ["nothing", new Uint8Array(0), "not an .npy file"],
])("%s is an error that names file and value", (_, bytes, message) => {
  expect(() => readNpy(bytes, "bad.npy")).toThrow(message);
  expect(() => readNpy(bytes, "bad.npy")).toThrow("bad.npy: ");
});
