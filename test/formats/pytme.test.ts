import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { readPickFile, readPytme, readPytmePeaks, relionAngles, writeVolume } from "@rotoscope/formats";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { checkout, python } from "../machine.js";
import { pythonHas, runPython, sharedData } from "../python.js";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rotoscope-pytme-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** Shape and bytes of a result in z, y, x order, as Python's own pickle and h5py read it. */
const DESCRIBE = `
import sys, json, gzip, pickle, hashlib, numpy as np
path = sys.argv[1]
if path.endswith(".hdf5"):
    import h5py
    with h5py.File(path) as f:
        def item(i):
            entry = f[f"item_{i}"]
            if isinstance(entry, h5py.Dataset):
                return entry[()]
            if entry.attrs["type"] == "pickle":
                return pickle.loads(bytes(entry["data"][()]))
            dense = np.zeros(tuple(entry.attrs["shape"]), entry.attrs["dtype"])
            dense[tuple(entry["indices"][()])] = entry["values"][()]
            return dense
        items = [item(i) for i in range(int(f.attrs["num_items"]))]
else:
    with (gzip.open if path.endswith(".gz") else open)(path, "rb") as f:
        items = []
        while True:
            try:
                items.append(pickle.load(f))
            except EOFError:
                break
scores, offset, rotations, mapping, *rest = items
digest = lambda array: hashlib.sha256(np.ascontiguousarray(array.T).tobytes()).hexdigest()
matrices = {str(int(k)): m[::-1, ::-1].ravel().tolist() for k, m in mapping.items()}
squares = float(rest[0][0]) if len(rest) == 2 else None
options = {k: v for k, v in vars(rest[-1][3]).items() if isinstance(v, (str, bool, type(None)))}
print(json.dumps([scores.T.shape, digest(scores), digest(rotations), offset[::-1].tolist(), matrices, squares, options]))
`;

async function ours(path: string): Promise<unknown> {
  const { scores, rotations, offset, rotationMapping, meanSquare, options } = await readPytme(path);
  const digest = (data: Float32Array | Int32Array): string => createHash("sha256").update(data).digest("hex");
  const plain = Object.entries(options).filter(
    ([, v]) => v === null || typeof v === "string" || typeof v === "boolean",
  );
  return [
    scores.shape,
    digest(scores.data),
    digest(rotations.data),
    offset,
    Object.fromEntries([...rotationMapping].map(([k, matrix]) => [String(k), [...matrix]])),
    Number.isNaN(meanSquare) ? null : meanSquare,
    Object.fromEntries(plain),
  ];
}

describe.skipIf(!pythonHas("numpy", "h5py"))("with numpy and h5py in .venv", () => {
  for (const name of ["run.pickle", "run.pickle.gz", "run.hdf5", "run_cubic_edges.pickle", "run_snr.pickle"]) {
    const path = sharedData(`pytme-0.3.6/${name}`);
    test.skipIf(!path)(`${name} of the shared data reads bit for bit`, async () => {
      expect(await ours(path!)).toEqual(runPython(DESCRIBE, path!));
    });
  }

  test("the run of the notebooks reads bit for bit", async () => {
    const path = join(checkout, "notebooks/data/pytme_run.pickle.gz");
    expect(await ours(path)).toEqual(runPython(DESCRIBE, path));
  });

  test.each([0, 1, 2, 3, 4, 5])(
    "protocol %i, C and Fortran order, both byte orders, other number types",
    async (protocol) => {
      const path = join(folder, `p${protocol}.pickle`);
      runPython(
        `
import sys, argparse, collections, pathlib, pickle, numpy as np
path, protocol = sys.argv[1], int(sys.argv[2])
random = np.random.default_rng(protocol)
scores = np.asarray(random.standard_normal((37, 33, 35)), dtype=[">f4", "f8", "f4"][protocol % 3], order="CF"[protocol % 2])
rotations = np.asarray(random.integers(-1, 4, (37, 33, 35)), dtype=["i8", "i4"][protocol % 2], order="FC"[protocol % 2])
mapping = {(np.int64(i) if protocol % 2 else i): random.standard_normal((3, 3)).astype("f4") for i in range(4)}
options = argparse.Namespace(target=r"C:\\\\data\\\\t \\u00e9.mrc", none=None, yes=True, size=2**70, real=-1.5e300, where=pathlib.PurePosixPath("a/b"), seen={1, 2}, sizes=(1, [2, 3], {"k": b"v"}), count=np.float32(2.5), order=collections.OrderedDict(a=1))
with open(path, "wb") as file:
    for item in (scores, np.array([3, 2, 1]), rotations, mapping, np.array([0.5], "f4"), (np.zeros(3, "f4"), np.zeros(3, "f4"), np.full(3, 2.0, "f4"), options)):
        pickle.dump(item, file, protocol=protocol)
print(1)`,
        path,
        String(protocol),
      );
      const result = await readPytme(path);
      const described = runPython(
        DESCRIBE.replace(
          "digest(scores), digest(rotations)",
          'digest(scores.astype("<f4")), digest(rotations.astype("<i4"))',
        ),
        path,
      ) as unknown[];
      const [options, ...maps] = ((await ours(path)) as unknown[]).reverse();
      const [expectedOptions, ...expected] = described.reverse();
      expect(maps).toEqual(expected);
      expect(options).toMatchObject(expectedOptions as object);
      expect(result.offset).toEqual([1, 2, 3]);
      expect(result.voxelSizeAngstrom).toEqual([2, 2, 2]);
      expect(result.options).toMatchObject({
        size: String(2n ** 70n),
        real: -1.5e300,
        seen: [1, 2],
        count: 2.5,
        order: { a: 1 },
        where: "a/b",
      });
      expect(result.options.target).toBe(String.raw`C:\\data\\t \u00e9.mrc`);
    },
  );

  test("a pickle that would run code is refused by name, in every protocol, and runs nothing", async () => {
    const path = join(folder, "hostile.pickle");
    const proof = join(folder, "proof");
    for (const protocol of [0, 2, 4]) {
      runPython(
        `
import sys, os, pickle
class Hostile:
    def __reduce__(self):
        return os.system, (f"touch {sys.argv[2]}",)
with open(sys.argv[1], "wb") as file:
    pickle.dump(Hostile(), file, protocol=int(sys.argv[3]))
print(1)`,
        path,
        proof,
        String(protocol),
      );
      await expect(readPytme(path)).rejects.toMatchObject({
        code: "unsupported",
        message: expect.stringMatching(/hostile\.pickle: .*(posix|nt|os)\.system/),
      });
    }
    expect(existsSync(proof)).toBe(false);
  });
});

test.each([
  ["builtins.eval", "cbuiltins\neval\n(V1\ntR."],
  ["subprocess.Popen", "(S'ls'\nisubprocess\nPopen\n."],
  ["numpy.load", "\x80\x04\x8c\x05numpy\x8c\x04load\x93)R."],
  ["builtins.getattr", "\x80\x02c__builtin__\ngetattr\n."],
])("%s is named in the error", async (name, text) => {
  const path = join(folder, "bad.pickle");
  await writeFile(path, Buffer.from(text, "latin1"));
  await expect(readPytme(path)).rejects.toMatchObject({
    code: "unsupported",
    message: expect.stringContaining(name.replace("builtins.getattr", "__builtin__.getattr")),
  });
});

test.each([
  ["a length past the end", Buffer.from([0x80, 4, 0x8e, 0, 0, 0, 0, 0, 1, 0, 0]), "the pickle ends at byte"],
  ["a long integer of megabytes", Buffer.from([0x80, 2, 0x8b, 0, 0, 0x40, 0]), "an integer of 4194304 bytes"],
  ["nothing", Buffer.alloc(0), "0 pickles"],
  ["nested deeper than Python goes", Buffer.alloc(10_001, "("), "nested more than 10000 deep"],
  ["values that nothing takes", Buffer.alloc(2 ** 18 + 1, "N"), "more than 262144 values on the stack"],
  ["a persistent id", Buffer.from("Pabc\n."), "0x50"],
  ["an out-of-band buffer", Buffer.from([0x80, 5, 0x97, 0x2e]), "0x97"],
])("%s is an error", async (_, bytes, message) => {
  const path = join(folder, "cut.pickle");
  await writeFile(path, bytes);
  await expect(readPytme(path)).rejects.toMatchObject({ code: "file", message: expect.stringContaining(message) });
});

test("a gzipped bomb is left at the first byte that makes no sense", async () => {
  const path = join(folder, "bomb.pickle.gz");
  await writeFile(path, gzipSync(Buffer.alloc(200_000_000), { level: 1 }));
  await expect(readPytme(path)).rejects.toMatchObject({
    code: "file",
    message: expect.stringContaining("bomb.pickle.gz"),
  });
});

test("few bytes that stand for exponentially many values take no time", async () => {
  const path = join(folder, "laughs.pickle");
  const doubled = Buffer.concat([
    Buffer.from("]"),
    ...Array.from({ length: 60 }, (_, k) => Buffer.from([0x71, k, 0x5d, 0x28, 0x68, k, 0x68, k, 0x65])),
  ]);
  await writeFile(path, Buffer.concat([doubled, Buffer.from(".")]));
  await expect(readPytme(path)).rejects.toMatchObject({ code: "file" });
});

describe.skipIf(!sharedData("pytme-0.3.6/run.pickle"))("the shared data", () => {
  test("maps that lie in files that aren't there are an error that names them", async () => {
    await expect(readPytme(sharedData("pytme-0.3.6/run_memmap.pickle")!)).rejects.toMatchObject({
      code: "file",
      message: expect.stringContaining("tmpj8uvzljm.mm"),
    });
  });

  test("its picks in RELION 4, RELION 5 and TSV are the same voxels, with the angles of its matrices", async () => {
    const path = (name: string): string => sharedData(`pytme-0.3.6/${name}`)!;
    const { scores, rotations, rotationMapping } = await readPytme(path("run.pickle"));
    const lists = await Promise.all([
      readPickFile(path("picks_relion4.star")),
      readPickFile(path("picks_relion5.star"), { shape: scores.shape }),
      readPickFile(path("picks_orientations.tsv")),
    ]);
    expect(lists[0]!.picks.length).toBeGreaterThan(50);
    lists[0]!.picks.forEach(({ position, score }, k) => {
      const at = (position[0]! * scores.shape[1]! + position[1]!) * scores.shape[2]! + position[2]!;
      const angles = relionAngles(rotationMapping.get(rotations.data[at]!)!);
      expect(scores.data[at]).toBeCloseTo(score, 6);
      for (const list of lists) {
        expect(list.picks[k]!.position.map((place) => Math.round(place) + 0)).toEqual(position);
        expect(list.picks[k]!.score).toBeCloseTo(score, 6);
        relionAngles(list.rotationMapping.get(k)!).forEach((angle, i) => {
          const difference = ((((angle - angles[i]!) % 360) + 540) % 360) - 180;
          expect(Math.abs(difference)).toBeLessThan(2e-3);
        });
      }
    });
  });
});

/** Files that pyTME 0.3.0 and 0.3.3 wrote of the pieces in `corpus/make_pytme.py`. */
test.each(["0.3.0", "0.3.3"])("results and peaks of pyTME %s open", async (version) => {
  const corpus = join(checkout, "test/formats/corpus");
  const result = await readPytme(join(corpus, `pytme-${version}.pickle.gz`));
  expect(result.version).toBe(version);
  expect(result.scores.shape).toEqual([12, 14, 16]);
  expect(Number.isNaN(result.meanSquare)).toBe(version === "0.3.0");
  const { picks, rotationMapping } = await readPytmePeaks(join(corpus, `pytme-${version}-peaks.pickle.gz`));
  expect(picks.length).toBeGreaterThan(5);
  expect(rotationMapping.size).toBe(picks.length);
  const [best] = picks;
  const at = (best!.position[0]! * 14 + best!.position[1]!) * 16 + best!.position[2]!;
  expect(result.scores.data[at]).toBeCloseTo(best!.score, 4);
  await expect(readPytme(join(corpus, `pytme-${version}-peaks.pickle.gz`))).rejects.toMatchObject({
    code: "unsupported",
  });
});

const matchTemplate = python.replace(/python$/, "match_template");
describe.skipIf(!existsSync(matchTemplate))("a live pyTME run", () => {
  test("with maps in files beside it reads the same from .pickle and .hdf5", { timeout: 120_000 }, async () => {
    const data = (seed: number, shape: number[]) => {
      const size = shape.reduce((a, b) => a * b);
      return {
        data: Float32Array.from({ length: size }, (_, i) => Math.sin(seed + i * i)),
        shape,
        stride: [shape[1]! * shape[2]!, shape[2]!, 1],
        voxelSizeAngstrom: [4, 4, 4],
        originAngstrom: [0, 0, 0],
      };
    };
    await writeVolume(join(folder, "t.mrc"), data(1, [14, 16, 18]));
    await writeVolume(join(folder, "m.mrc"), data(2, [5, 5, 5]));
    for (const output of ["live.pickle", "live.hdf5"]) {
      const args = [
        "-m",
        "t.mrc",
        "-i",
        "m.mrc",
        "-a",
        "90",
        "-n",
        "1",
        "--use-memmap",
        "--temp-directory",
        ".",
        "-o",
        output,
      ];
      const { status, stderr } = spawnSync(matchTemplate, args, { cwd: folder, encoding: "utf8" });
      expect(status, stderr).toBe(0);
    }
    const [first, second] = await Promise.all(
      ["live.pickle", "live.hdf5"].map((name) => readPytme(join(folder, name))),
    );
    expect(first!.scores.shape).toEqual([14, 16, 18]);
    expect(first!.scores.data.some((score) => score !== 0)).toBe(true);
    const difference = first!.scores.data.map((score, i) => Math.abs(score - second!.scores.data[i]!));
    expect(Math.max(...difference)).toBeLessThan(1e-5);
  });
});

test("the file that is read stays as it is", async () => {
  const path = join(folder, "copy.pickle.gz");
  const original = join(checkout, "notebooks/data/pytme_run.pickle.gz");
  await copyFile(original, path);
  await readPytme(path);
  expect(Buffer.compare(await readFile(path), await readFile(original))).toBe(0);
});
