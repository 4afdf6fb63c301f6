import path from "node:path";
import { expect, test } from "vitest";
import { LocalModules } from "./local-modules.js";

const FOLDER = "/notebooks";

function modulesOf(files: Record<string, string>): LocalModules {
  const modules = new LocalModules(() => "tslab");
  for (const [name, code] of Object.entries(files)) modules.add(`${FOLDER}/${name}`, code);
  return modules;
}

test("a file, a folder's index and tslab are found, and Node's modules by their names", () => {
  const modules = modulesOf({ "a.js": "exports.a = require('./lib').b", "lib/index.js": "exports.b = 2", "fs.js": "" });
  const require = modules.requireFrom(FOLDER);
  expect(require("./a")).toEqual({ a: 2 });
  expect(require("./a.js")).toBe(require("./a"));
  expect(require("tslab")).toBe("tslab");
  expect(require("node:path")).toBe(path);
});

test("files that import one another in a circle see what is there by then", () => {
  const require = modulesOf({
    "even.js": "const odd = require('./odd'); exports.even = (n) => n === 0 || odd.odd(n - 1);",
    "odd.js": "const even = require('./even'); exports.odd = (n) => n !== 0 && even.even(n - 1);",
  }).requireFrom(FOLDER);
  expect((require("./even") as { even(n: number): boolean }).even(10)).toBe(true);
});

test("a file that changed runs again, as do those that import it, and no others", () => {
  const modules = modulesOf({
    "a.js": "exports.value = require('./b').value",
    "b.js": "exports.value = 1",
    "c.js": "exports.token = {}",
  });
  const require = modules.requireFrom(FOLDER);
  const { token } = require("./c") as { token: object };
  expect(require("./a")).toEqual({ value: 1 });
  modules.add(`${FOLDER}/b.js`, "exports.value = 2");
  expect(require("./a")).toEqual({ value: 2 });
  expect((require("./c") as { token: object }).token).toBe(token);
});

test("a file that throws is tried again at its next import", () => {
  const modules = modulesOf({ "a.js": "globalThis.tries = (globalThis.tries ?? 0) + 1; if (tries < 2) throw 1;" });
  const require = modules.requireFrom(FOLDER);
  expect(() => require("./a") as unknown).toThrow();
  expect(require("./a")).toEqual({});
});
