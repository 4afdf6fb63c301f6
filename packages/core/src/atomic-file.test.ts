import * as files from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { atomicFile } from "./atomic-file.js";

let folder = "";
beforeEach(async () => {
  folder = await files.mkdtemp(join(tmpdir(), "rotoscope-atomic-"));
});
afterEach(() => files.rm(folder, { recursive: true }));

test("the file appears with all of its content, and nothing beside it", async () => {
  const path = join(folder, "new");
  await atomicFile(files, path, async (file) => {
    await file.writeFile("half");
    expect(await files.readdir(folder)).not.toContain("new");
    await file.writeFile(" whole");
  });
  expect(await files.readFile(path, "utf8")).toBe("half whole");
  expect(await files.readdir(folder)).toEqual(["new"]);
});

test("a failure while writing leaves the old file as it was, and nothing beside it", async () => {
  const path = join(folder, "old");
  await files.writeFile(path, "before");
  const failing = atomicFile(files, path, async (file) => {
    await file.writeFile("after");
    throw new Error("disk full");
  });
  await expect(failing).rejects.toMatchObject({
    code: "file",
    message: expect.stringContaining("old: can't be written (disk full)"),
  });
  expect(await files.readFile(path, "utf8")).toBe("before");
  expect(await files.readdir(folder)).toEqual(["old"]);
});

test("a folder that doesn't exist is an error that names the path", async () => {
  const path = join(folder, "nowhere", "file");
  await expect(atomicFile(files, path, () => {})).rejects.toMatchObject({
    code: "file",
    message: expect.stringContaining(path),
  });
});
