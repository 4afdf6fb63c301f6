import { expect, test } from "vitest";
import { nameForTslab, pathFromTslab } from "./emitted-paths.js";

test("files of the notebook's folder, below it and elsewhere go to tslab and come back", () => {
  for (const [path, name] of [
    ["/data/me/nb/a.js", "out/a.js"],
    ["/data/me/nb/lib/b.js", "out/lib/b.js"],
    ["/data/me/c.js", "out/__elsewhere__//data/me/c.js"],
  ]) {
    const named = nameForTslab(`out${path}`, "out", "/data/me/nb");
    expect(named).toBe(name);
    expect(pathFromTslab(`/data/me/nb/${named.slice(4).replaceAll("//", "/")}`, "/data/me/nb")).toBe(path);
  }
});
