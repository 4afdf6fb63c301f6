import { stat } from "node:fs/promises";
import { extname } from "node:path";
import { parseArgs } from "node:util";
import { type LoadedFile, type LoadedResult, readArrow } from "@rotoscope/arrow";
import {
  type FileKind,
  fileKind,
  openFile,
  openMrc,
  type PickList,
  readNpyFile,
  readPytmeRun,
  readStarFile,
  readVolume,
  readVolumeHeader,
} from "@rotoscope/formats";
import { type Command, UsageError } from "../command.js";
import { readPicks } from "../read-picks.js";
import { loadedResult, readResult } from "../read-result.js";
import { stopgapFlags, stopgapHelp, stopgapOptions } from "./stopgap-options.js";

const help = `rotoscope info FILE [--json]

Says what is in a file:

  results   .arrow, pyTME's .pickle .pickle.gz .hdf5, pytom-match-pick's _job.json _scores.mrc _angles.mrc, STOPGAP's maps
  maps      .mrc .map .rec (also .gz), .em, .npy
  picks     .star (RELION, STOPGAP), .tsv, .csv, .arrow
  others    histories and saved states (.arrow)

  --json    for scripts

A damaged file ends with status 1 after what could be read.

${stopgapHelp}

  rotoscope info result.arrow`;

/** Maps of more voxels are described by their header alone. */
const MOST_VOXELS = 2 ** 29;

type Facts = Record<string, unknown>;

/** `rotoscope info` */
export const infoCommand: Command = { help, run };

async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { json: { type: "boolean" }, ...stopgapFlags },
  });
  const [file] = positionals;
  if (!file || positionals.length > 1) throw new UsageError(`takes one FILE, got ${positionals.length} files`);
  const parts = stopgapOptions(values);
  const kind = parts.angles === undefined ? await fileKind(file) : "stopgap";
  const facts: Facts = {};
  try {
    await describe(kind, file, facts, () => readResult(file, { history: false, ...parts }));
  } finally {
    if (values.json && Object.keys(facts).length > 0) console.log(JSON.stringify(facts, null, 2));
    else for (const [name, value] of Object.entries(facts)) console.log(`${name.padEnd(20)} ${text(value)}`);
  }
  return 0;
}

async function describe(
  kind: FileKind,
  file: string,
  facts: Facts,
  result: () => Promise<LoadedResult>,
): Promise<void> {
  if (kind === "volume") return describeVolume(file, facts);
  if (kind === "npy") return describeArray(file, facts);
  if (kind === "star") return describeStar(file, facts);
  if (kind === "table") return describePicks(file, facts);
  if (kind === "arrow") {
    const found = (await readArrow(file, { history: false })) as LoadedFile;
    if (found.kind === "peaks") return describePicks(file, facts);
    if (found.kind !== "result") return describeOther(found, facts);
  }
  const run = kind === "pytme" ? await readPytmeRun(file) : null;
  if (run && "picks" in run) return describeList(run, facts);
  describeResult(run ? loadedResult(run) : await result(), facts);
}

function describeResult(result: LoadedResult, facts: Facts): void {
  const { inputs, options, ...made } = result.provenance ?? { inputs: [], options: {} };
  const known = Object.fromEntries(Object.entries(made).filter(([, value]) => value !== ""));
  Object.assign(facts, {
    kind: "result of a search",
    shape: result.scores.shape,
    offset: result.offset,
    voxelSizeAngstrom: result.voxelSizeAngstrom,
    rotations: result.rotationMapping.size,
    ...range(result.scores.data),
    meanSquare: Number.isNaN(result.meanSquare) ? "unknown" : result.meanSquare,
    history: result.historyFile?.file ?? "none",
    ...Object.fromEntries(
      inputs.map(({ role, name, sha256 }) => [role, sha256 === "" ? name : `${name} (SHA-256 ${sha256})`]),
    ),
    ...known,
    options,
    ...(result.warnings.length > 0 ? { warnings: result.warnings } : {}),
  });
}

function describeOther(found: Exclude<LoadedFile, { kind: "result" | "peaks" }>, facts: Facts): void {
  if (found.kind === "history")
    Object.assign(facts, { kind: "history of a search", steps: found.stepCount, warnings: found.warnings });
  else Object.assign(facts, { kind: "state of a search", rotations: found.rotationCount, done: found.done });
}

async function describeVolume(file: string, facts: Facts): Promise<void> {
  if (extname(file) === ".em") {
    const { shape, voxelSizeAngstrom, data } = await readVolume(file);
    Object.assign(facts, { kind: "volume", shape, voxelSizeAngstrom, ...range(data) });
    return;
  }
  const { shape, voxelSizeAngstrom, originAngstrom, mode, start, axes, littleEndian, extendedType, labels } =
    await readVolumeHeader(file);
  Object.assign(facts, {
    kind: "volume",
    shape,
    voxelSizeAngstrom,
    originAngstrom,
    mode,
    start,
    axes: axes.map((axis) => ["sections", "rows", "columns"][axis]),
    byteOrder: littleEndian ? "little-endian" : "big-endian",
    ...(extendedType === "" ? {} : { extendedType }),
    ...(labels.length === 0 ? {} : { labels }),
  });
  if (shape[0] * shape[1] * shape[2] > MOST_VOXELS) {
    facts.values = `not read, the file has ${((await stat(file)).size / 1e9).toFixed(1)} GB`;
    if (extname(file) !== ".gz") await checkLength(file);
    return;
  }
  Object.assign(facts, range((await readVolume(file)).data));
}

/** Throws a `RotoscopeError` for a file that is shorter than its header says. */
async function checkLength(file: string): Promise<void> {
  const source = await openFile(file);
  try {
    await openMrc(source);
  } finally {
    await source.close();
  }
}

async function describeArray(file: string, facts: Facts): Promise<void> {
  const { shape, data } = await readNpyFile(file);
  Object.assign(facts, { kind: "array", shape, ...range(data) });
}

async function describeStar(file: string, facts: Facts): Promise<void> {
  const blocks = await readStarFile(file);
  facts.kind = "STAR file";
  for (const { name, rowCount, columns } of blocks)
    facts[`data_${name}`] = { rows: rowCount, columns: [...columns.keys()] };
}

async function describePicks(file: string, facts: Facts): Promise<void> {
  describeList(await readPicks(file), facts);
}

function describeList({ picks, voxelSizeAngstrom }: PickList, facts: Facts): void {
  const scores = Float32Array.from(picks, ({ score }) => score);
  Object.assign(facts, {
    kind: "picks",
    picks: picks.length,
    voxelSizeAngstrom,
    ...(picks.length > 0 ? range(scores) : {}),
  });
}

function range(values: Float32Array | Float64Array): Record<string, number> {
  let minimum = Number.POSITIVE_INFINITY;
  let maximum = Number.NEGATIVE_INFINITY;
  let sum = 0;
  for (const value of values) {
    if (value < minimum) minimum = value;
    if (value > maximum) maximum = value;
    sum += value;
  }
  return { minimum, maximum, mean: sum / values.length };
}

function text(value: unknown): string {
  if (Array.isArray(value)) return value.map(text).join(typeof value[0] === "number" ? " x " : ", ");
  if (typeof value === "object" && value !== null)
    return Object.entries(value)
      .map(([name, entry]) => `${name} ${text(entry)}`)
      .join(", ");
  return typeof value === "number" ? String(Number(value.toPrecision(7))) : String(value);
}
