import { expect, test } from "vitest";
import { completeReply } from "./complete-reply.js";

test("what begins with the word comes alone, in code points", () => {
  const reply = completeReply("'😀'; con", { start: 6, end: 9, candidates: ["const", "Console", "beacon"] });
  expect(reply).toMatchObject({ matches: ["const", "Console"], cursor_start: 5, cursor_end: 8 });
});

test("what contains the word comes when nothing begins with it", () => {
  expect(completeReply("con", { start: 0, end: 3, candidates: ["beacon"] })).toMatchObject({ matches: ["beacon"] });
});
