import { expect, test } from "vitest";
import { matchExports } from "./import-only-packages.js";

test("the target for import is found in nested conditions, in the package's order", () => {
  expect(matchExports({ import: { types: "./a.d.ts", default: "./a.js" } }, ".")).toBe("./a.js");
  expect(matchExports({ ".": { browser: "./b.js", node: "./n.js", import: "./i.js" } }, ".")).toBe("./n.js");
  expect(matchExports({ "./sub": "./s.js" }, "./sub")).toBe("./s.js");
  expect(matchExports({ ".": ["./first.js", "./second.js"] }, ".")).toBe("./first.js");
});

test("a pattern puts what the star stands for into its target", () => {
  expect(matchExports({ "./x/*.js": { import: "./dist/x/*.mjs" } }, "./x/a/b.js")).toBe("./dist/x/a/b.mjs");
});

test("what is not exported stays so", () => {
  expect(matchExports({ ".": "./a.js" }, "./inner")).toBeUndefined();
  expect(matchExports({ ".": { require: "./a.cjs" } }, ".")).toBeUndefined();
});
