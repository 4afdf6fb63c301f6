import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { base64 } from "../dist/engine-bytes.js";
import type { EngineWork } from "./engine-arrangement.js";
import { engineIdentity } from "./engine-room.js";

const work: EngineWork = {
  ...{ score: "product", shape: [20, 30, 40], templateShape: [5, 6, 7], grid: [24, 36, 48], withBackground: false },
};

test("the identity of an engine holds the digest of its kernels and how they cut the work", () => {
  const digest = createHash("sha256").update(Buffer.from(base64, "base64")).digest("hex");
  expect(engineIdentity(work)).toContain(digest);
  expect(engineIdentity({ ...work, grid: [24, 36, 50] })).not.toBe(engineIdentity(work));
});
