import { expect, test } from "vitest";
import { nameForTslab, pathFromTslab } from "./emitted-paths.js";

test("files of the notebook's folder, below it and elsewhere go to tslab and come back", () => {
  for (const [path, name] of [
    ["/home/me/nb/a.js", "out/a.js"],
    ["/home/me/nb/lib/b.js", "out/lib/b.js"],
    ["/home/me/c.js", "out/__elsewhere__//home/me/c.js"],
  ]) {
    const named = nameForTslab(`out${path}`, "out", "/home/me/nb");
    expect(named).toBe(name);
    expect(pathFromTslab(`/home/me/nb/${named.slice(4).replaceAll("//", "/")}`, "/home/me/nb")).toBe(path);
  }
});
