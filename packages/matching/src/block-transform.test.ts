import { expect, test } from "vitest";
import { BlockTransform } from "./block-transform.js";
import { fastLength } from "./fast-length.js";

test.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 13, 16, 20, 25, 28, 44, 45, 60, 78, 98, 105, 108, 120])(
  "transforms lines of length %i as the definition does",
  (length) => {
    const width = 3;
    const transform = new BlockTransform(length, width);
    let seed = length;
    const random = (): number => {
      seed = (seed * 48271) % 2147483647;
      return seed / 2147483647 - 0.5;
    };
    const re = Array.from({ length: length * width }, random);
    const im = Array.from({ length: length * width }, random);
    transform.re.set(re);
    transform.im.set(im);
    transform.run();
    let worst = 0;
    for (let line = 0; line < width; line++)
      for (let k = 0; k < length; k++) {
        let [sumRe, sumIm] = [0, 0];
        for (let j = 0; j < length; j++) {
          const [c, s] = [Math.cos((2 * Math.PI * j * k) / length), Math.sin((2 * Math.PI * j * k) / length)];
          const at = j * width + line;
          sumRe += re[at]! * c - im[at]! * s;
          sumIm += re[at]! * s + im[at]! * c;
        }
        const at = k * width + line;
        worst = Math.max(worst, Math.abs(transform.re[at]! - sumRe), Math.abs(transform.im[at]! - sumIm));
      }
    expect(worst).toBeLessThan(1e-12 * length);
  },
);

test("fast lengths are pyFFTW's", () => {
  // pyfftw.next_fast_len of 0.15
  const expected: [number, number][] = [
    [17, 18],
    [19, 20],
    [23, 24],
    [29, 30],
    [103, 104],
    [115, 117],
    [121, 125],
    [215, 216],
    [227, 231],
    [509, 512],
  ];
  for (const [length, fast] of expected) expect(fastLength(length)).toBe(fast);
});
