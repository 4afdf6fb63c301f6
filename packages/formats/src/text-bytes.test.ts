import { expect, test } from "vitest";
import { TextBytes } from "./text-bytes.js";

/** Values of all sizes, halves of the last digit and whole numbers among them. */
function* values(): Generator<number> {
  let state = 1;
  const random = (): number => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return state / 2 ** 31;
  };
  for (let k = 0; k < 20_000; k++) {
    const value = (random() - 0.5) * 10 ** (k % 22) * 1e-10;
    yield value;
    yield Math.fround(value);
    yield Math.round(value * 1e6) / 1e6;
    yield Math.round(value * 2e6) / 2e6;
  }
  yield* [0, -0, 1, 10, 0.1, 0.999999999999, 9.9999999995, 1e21, -1e21, Number.NaN, Number.POSITIVE_INFINITY];
}

test("six decimals and nine digits are JavaScript's own", () => {
  const all = [...values()];
  const text = new TextBytes();
  for (const value of all) text.fixed(value).tab().significant(value).endLine();
  const lines = text.toString().split("\n");
  const expected = all.map((x) => `${x.toFixed(6).replace(/^-0\.000000$/, "0.000000")}\t${x.toPrecision(9)}`);
  expect(all.flatMap((x, i) => (lines[i] === expected[i] ? [] : [[x, lines[i]]]))).toEqual([]);
});

test("numbers and text of any letters come out as they are", () => {
  const text = new TextBytes();
  for (const value of [0, 7, 10, 999_999_999, 1e9, -3, 2.5]) text.number(value).tab();
  expect(text.text("Zelle 🔬 α").endLine().toString()).toBe("0\t7\t10\t999999999\t1000000000\t-3\t2.5\tZelle 🔬 α\n");
  expect(text.text("ä".repeat(100_000)).toString()).toMatch(/\nä{100000}$/);
});
