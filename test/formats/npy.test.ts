import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readNpyFile } from "@rotoscope/formats";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pythonHas, runPython } from "../python.js";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rotoscope-npy-"));
});
afterAll(() => rm(folder, { recursive: true }));

const SAVE = `
import sys, json, numpy as np
path, dtype, order = sys.argv[1:]
values = np.asarray(np.arange(2 * 3 * 4).reshape(2, 3, 4) * 1.5, dtype=dtype, order=order)
np.save(path, values)
print(json.dumps(values.astype("f8").ravel().tolist()))
`;

describe.skipIf(!pythonHas("numpy"))("with numpy in .venv", () => {
  test.each(
    ["<f4", "<f8", "<f2", "|i1", "|u1", "<i2", "<u4", "<i8", ">f4", ">f8", ">i4"].flatMap(
      (dtype) =>
        [
          [dtype, "C"],
          [dtype, "F"],
        ] as const,
    ),
  )("dtype %s in %s order reads as numpy wrote it", async (dtype, order) => {
    const path = join(folder, `${dtype.replace(/\W/, dtype[0] === ">" ? "b" : "l")}${order}.npy`);
    const values = runPython(SAVE, path, dtype, order);
    const array = await readNpyFile(path);
    expect([...array.data]).toEqual(values);
    expect(array.shape).toEqual([2, 3, 4]);
    expect(array.data).toBeInstanceOf(
      dtype === "<f4" || dtype === ">f4" || dtype === "<f2" ? Float32Array : Float64Array,
    );
  });

  test("Python objects are refused, never unpickled", async () => {
    const path = join(folder, "objects.npy");
    runPython("import sys, numpy as np; np.save(sys.argv[1], np.array([{}, None], dtype=object)); print(1)", path);
    await expect(readNpyFile(path)).rejects.toMatchObject({
      code: "unsupported",
      message: expect.stringContaining("|O"),
    });
  });
});
