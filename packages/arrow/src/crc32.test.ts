import { crc32 as zlib } from "node:zlib";
import { expect, test } from "vitest";
import { crc32, crcText } from "./crc32.js";

test("it is zlib's CRC-32, for any length and in pieces", () => {
  const bytes = Uint8Array.from({ length: 100 }, (_, i) => i * 37);
  for (let length = 0; length <= 100; length++)
    expect(crc32(bytes.subarray(0, length))).toBe(zlib(bytes.subarray(0, length)));
  expect(crc32(bytes.subarray(41), crc32(bytes.subarray(0, 41)))).toBe(zlib(bytes));
});

test("it is written as eight hexadecimal digits", () => {
  expect(crcText(crc32(new TextEncoder().encode("123456789")))).toBe("cbf43926");
  expect(crcText(0)).toBe("00000000");
});
