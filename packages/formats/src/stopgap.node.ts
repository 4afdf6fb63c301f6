import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { RotoscopeError, type Volume } from "@rotoscope/core";
import { readNumberTable } from "./angle-table.js";
import { checkOptions, checkPath } from "./check-argument.js";
import { matrixFromZxzAngles } from "./euler.js";
import { indexedResult } from "./index-map.js";
import { readVolume } from "./mrc.node.js";
import type { PeerResult } from "./peer-result.js";
import { readBytes } from "./read-bytes.node.js";

/** Where the parts of a STOPGAP or GAPSTOP result lie, and how its list is meant. */
export interface StopgapOptions {
  /** The map of rotation indices (omap); default: the score map's name with omap for smap, or angles for scores. */
  readonly angles?: string;
  /** The list of angles, three a line, in degrees; default: the only .csv or .txt file with "ang" in its name beside the maps. */
  readonly angleList?: string;
  /** Order of its columns: "zxz" is phi, theta, psi (GAPSTOP), "zzx" phi, psi, theta (STOPGAP). Default: by `firstIndex`. */
  readonly anglesOrder?: "zxz" | "zzx";
  /** Index of the first rotation: 0 for GAPSTOP, 1 for STOPGAP. Default: 1 for a score map named smap, else 0, unless the indices contradict it. */
  readonly firstIndex?: 0 | 1;
}

/** Whether a path is that of a score or orientation map whose partner lies beside it: smap and omap, or scores_ and angles_. */
export function isStopgapPath(path: string): boolean {
  const pair = pairOf(path);
  return pair !== null && existsSync(pair.scores) && existsSync(pair.angles);
}

/**
 * Reads a result of STOPGAP or GAPSTOP(TM): a score map and a map of rotation indices (.em, .mrc), and the list of angles that they count. `path` is either map.
 *
 * Throws a `RotoscopeError` that names the file: `argument` when a part isn't found, `file` for damage.
 *
 * @example
 * const result = await readStopgap("scores_0_1.em", { angleList: "angles_10.txt" });
 */
export async function readStopgap(path: string, options: StopgapOptions = {}): Promise<PeerResult> {
  checkPath(path);
  checkOptions(options);
  const pair = pairOf(path);
  const scoresPath = pair?.scores ?? path;
  const anglesPath = options.angles ?? pair?.angles;
  if (anglesPath === undefined)
    throw new RotoscopeError("argument", `${basename(path)}: which map holds its rotations? Say angles`);
  const listPath = options.angleList ?? (await findList(dirname(path), basename(path)));
  const [scores, angles] = await Promise.all([readVolume(scoresPath), readVolume(anglesPath)]);
  const { rows, width } = readNumberTable(await readBytes(listPath), basename(listPath));
  if (width !== 3)
    throw new RotoscopeError("file", `${basename(listPath)}: ${width} values a line, expected three angles`);
  const firstIndex = options.firstIndex ?? guessFirstIndex(angles, rows.length / 3, scoresPath);
  const order = options.anglesOrder ?? (firstIndex === 1 ? "zzx" : "zxz");
  const rotationMapping = new Map(
    Array.from({ length: rows.length / 3 }, (_, index) => {
      const [phi, second, third] = rows.subarray(3 * index, 3 * index + 3) as unknown as [number, number, number];
      return [
        index,
        order === "zxz" ? matrixFromZxzAngles(phi, second, third) : matrixFromZxzAngles(phi, third, second),
      ];
    }),
  );
  const names = { scoresName: basename(scoresPath), anglesName: basename(anglesPath), listName: basename(listPath) };
  const result = indexedResult({ scores, angles, rotationMapping, firstIndex, ...names });
  return Object.assign(result, {
    voxelSizeAngstrom: scores.voxelSizeAngstrom,
    originAngstrom: scores.originAngstrom,
    software: firstIndex === 1 ? "STOPGAP" : "GAPSTOP",
    version: "",
    options: { angleList: basename(listPath), anglesOrder: order, firstIndex },
    inputs: {},
    warnings: [],
  });
}

function pairOf(path: string): { readonly scores: string; readonly angles: string } | null {
  const [folder, name] = [dirname(path), basename(path)];
  for (const [scores, angles] of [
    ["smap", "omap"],
    ["scores", "angles"],
  ] as const)
    for (const word of [scores, angles])
      if (name.startsWith(word) || name.includes(`_${word}`))
        return { scores: join(folder, name.replace(word, scores)), angles: join(folder, name.replace(word, angles)) };
  return null;
}

async function findList(folder: string, name: string): Promise<string> {
  const lists = (await readdir(folder)).filter((file) => /ang.*\.(csv|txt)$/i.test(file));
  if (lists.length === 1) return join(folder, lists[0]!);
  throw new RotoscopeError(
    "argument",
    `${name}: ${lists.length === 0 ? "no list of angles" : `${lists.length} lists of angles (${lists.slice(0, 5).join(", ")})`} beside it; say angleList`,
  );
}

/** The indices decide where they can: a 0 means GAPSTOP's count, one as large as the list STOPGAP's. */
function guessFirstIndex({ data }: Volume, count: number, scoresPath: string): 0 | 1 {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (const index of data) {
    if (index < least) least = index;
    if (index > most) most = index;
  }
  if (most === count) return 1;
  if (least === 0) return 0;
  return basename(scoresPath).includes("smap") ? 1 : 0;
}
