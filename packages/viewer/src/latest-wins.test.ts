import { expect, it } from "vitest";
import { latestWins } from "./latest-wins.js";

it("never runs two at a time and drops what was overtaken", async () => {
  const started: number[] = [];
  let running = 0;
  let finish = () => {};
  const hand = latestWins<number>(async (value) => {
    started.push(value);
    expect(++running).toBe(1);
    await new Promise<void>((resolve) => {
      finish = resolve;
    });
    running--;
  });
  const settle = async () => {
    finish();
    await new Promise((resolve) => setTimeout(resolve));
  };
  for (const value of [1, 2, 3, 4]) hand(value);
  await settle();
  hand(5);
  hand(6);
  await settle();
  await settle();
  hand(7);
  await settle();
  expect(started).toEqual([1, 4, 6, 7]);
});
