import { existsSync } from "node:fs";
import { basename, dirname, isAbsolute, join } from "node:path";
import { RotoscopeError } from "@rotoscope/core";
import { readNumberTable } from "./angle-table.js";
import { checkPath } from "./check-argument.js";
import { indexedResult } from "./index-map.js";
import { readVolume } from "./mrc.node.js";
import type { PeerResult } from "./peer-result.js";
import { bySize, type PytomAngles, pytomAngleSet, pytomMatrices } from "./pytom-angles.js";
import { readBytes } from "./read-bytes.node.js";

const LARGEST_JOB = 2 ** 26;
const ENDING = /_(scores\.mrc|angles\.mrc|job\.json)$/;

/** Whether a path is that of one of pytom-match-pick's files: NAME_scores.mrc, NAME_angles.mrc, NAME_job.json. */
export function isPytomPath(path: string): boolean {
  return ENDING.test(basename(path)) && existsSync(path.replace(ENDING, "_job.json"));
}

/**
 * Reads a result of pytom-match-pick from any of its three files, NAME_scores.mrc, NAME_angles.mrc and NAME_job.json, which lie side by side.
 *
 * The rotations are those of the angle list that the job names (beside it, or where it says), or the set that its angular increment stands for. The offset is where the search
 * region starts. Throws a `RotoscopeError` that names the file, the field and its value.
 *
 * @example
 * const { scores, rotationMapping } = await readPytom("TS_01_job.json");
 */
export async function readPytom(path: string): Promise<PeerResult> {
  checkPath(path);
  if (!ENDING.test(path))
    throw new RotoscopeError(
      "argument",
      `${basename(path)}: expected a file that ends in _scores.mrc, _angles.mrc or _job.json`,
    );
  const [scoresPath, anglesPath, jobPath] = ["scores.mrc", "angles.mrc", "job.json"].map((end) =>
    path.replace(ENDING, `_${end}`),
  ) as [string, string, string];
  const job = await readJob(jobPath);
  const rotationMapping = pytomMatrices(await jobAngles(job, jobPath));
  const [scores, angles] = await Promise.all([readVolume(scoresPath), readVolume(anglesPath)]);
  const result = indexedResult({
    scores,
    angles,
    rotationMapping,
    firstIndex: 0,
    scoresName: basename(scoresPath),
    anglesName: basename(anglesPath),
    listName: basename(jobPath),
  });
  const voxelSize = typeof job.voxel_size === "number" ? job.voxel_size : 0;
  const text = (field: string): string[] => (typeof job[field] === "string" ? [basename(job[field])] : []);
  return Object.assign(result, {
    voxelSizeAngstrom: scores.voxelSizeAngstrom.map((size) => size || voxelSize),
    originAngstrom: scores.originAngstrom,
    software: "pytom-match-pick",
    version: typeof job.pytom_tm_version_number === "string" ? job.pytom_tm_version_number : "",
    options: job,
    inputs: Object.fromEntries(
      [
        ["target", ...text("tomogram")],
        ["template", ...text("template")],
        ["mask", ...text("mask")],
      ].filter((entry) => entry.length === 2),
    ),
    warnings: [],
  });
}

type Job = Record<string, unknown>;

async function readJob(path: string): Promise<Job> {
  const bytes = await readBytes(path);
  const name = basename(path);
  if (bytes.length > LARGEST_JOB)
    throw new RotoscopeError("file", `${name}: ${bytes.length} bytes, no job of pytom-match-pick`);
  try {
    const job: unknown = JSON.parse(new TextDecoder().decode(bytes));
    if (typeof job === "object" && job !== null && "rotation_file" in job) return job as Job;
  } catch (cause) {
    throw new RotoscopeError("file", `${name}: isn't JSON (${(cause as Error).message.slice(0, 100)})`, { cause });
  }
  throw new RotoscopeError("file", `${name}: no job of pytom-match-pick, it has no rotation_file`);
}

async function jobAngles(job: Job, path: string): Promise<readonly PytomAngles[]> {
  const name = basename(path);
  const symmetry = typeof job.rotational_symmetry === "number" ? job.rotational_symmetry : 1;
  const rotations = job.rotation_file;
  const increment = typeof rotations === "number" ? rotations : Number(rotations);
  const angles =
    increment > 0
      ? angleSetOf(increment, symmetry, name)
      : await readAngles(findAngles(String(rotations), path, name), symmetry);
  const expected = job.n_rotations;
  if (typeof expected === "number" && expected !== angles.length)
    throw new RotoscopeError(
      "file",
      `${name}: n_rotations is ${expected}, rotation_file ${String(rotations).slice(0, 80)} gives ${angles.length}`,
    );
  return angles;
}

function angleSetOf(increment: number, symmetry: number, name: string): readonly PytomAngles[] {
  try {
    return pytomAngleSet(increment, symmetry);
  } catch (cause) {
    throw new RotoscopeError("file", `${name}: ${(cause as Error).message}`, { cause });
  }
}

function findAngles(file: string, jobPath: string, name: string): string {
  const folder = dirname(jobPath);
  const places = [join(folder, basename(file)), isAbsolute(file) ? file : join(folder, file)];
  const found = places.find((place) => existsSync(place));
  if (found === undefined)
    throw new RotoscopeError(
      "file",
      `${name}: its angle list ${file.slice(0, 200)} is neither there nor beside the job`,
    );
  return found;
}

/** A list of Z1, X, Z2 in radians, sorted as pytom-match-pick sorts it. */
async function readAngles(path: string, symmetry: number): Promise<readonly PytomAngles[]> {
  const { rows, width } = readNumberTable(await readBytes(path), basename(path));
  if (width !== 3) throw new RotoscopeError("file", `${basename(path)}: ${width} values a line, expected three angles`);
  const angles = Array.from(
    { length: rows.length / 3 },
    (_, i) => [...rows.subarray(3 * i, 3 * i + 3)] as unknown as PytomAngles,
  );
  return angles.filter(([phi]) => symmetry === 1 || phi < (2 * Math.PI) / symmetry).sort(bySize);
}
