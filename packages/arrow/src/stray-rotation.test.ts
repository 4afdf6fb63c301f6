import { expect, test } from "vitest";
import { strayRotation } from "./stray-rotation.js";

test.each([[-2], [3], [0x7fffffff], [-0x80000000]])("rotation %i among three is found wherever it is", (stray) => {
  for (let length = 0; length < 10; length++) {
    const rotations = Int32Array.from({ length }, (_, i) => (i % 4) - 1);
    expect(strayRotation(rotations, 3)).toBeNull();
    for (let at = 0; at < length; at++) expect(strayRotation(rotations.with(at, stray), 3)).toBe(stray);
  }
});
