import { basename, extname, resolve } from "node:path";
import { parseArgs } from "node:util";
import { type LoadedFile, readArrow, writeArrow, writePeaks } from "@rotoscope/arrow";
import { type NdArray, ndarray, RotoscopeError, type Volume } from "@rotoscope/core";
import {
  fileKind,
  type PickFormat,
  type PickList,
  readNpyFile,
  readPytmeRun,
  readVolume,
  readVolumeHeader,
  writeNpyFile,
  writePickFile,
  writeVolume,
} from "@rotoscope/formats";
import { byteBar } from "../byte-bar.js";
import { type Command, numberOption, report, UsageError } from "../command.js";
import { itemBar } from "../item-bar.js";
import { readPicks } from "../read-picks.js";
import { loadedResult, readResult } from "../read-result.js";
import { pickFormat, reversedTriple } from "./pick-format.js";
import { picksOutside } from "./picks-outside.js";
import { stopgapFlags, stopgapHelp, stopgapOptions } from "./stopgap-options.js";

const help = `rotoscope convert IN OUT

Reads one kind of file and writes another; the ending of OUT says which.

  results   .arrow, pyTME's .pickle .pickle.gz .hdf5, pytom-match-pick's NAME_job.json,      to  .arrow, or one map: .mrc .npy
            STOPGAP's and GAPSTOP's score maps
  maps      .mrc .map .rec (also .gz), .em, .npy                                             to  .mrc .npy
  picks     .star (RELION 3 to 5, STOPGAP), .tsv, .csv, .arrow, peaks in pyTME's .pickle     to  .star .tsv .arrow

  --map scores|rotations    which map of a result to write; default scores
  --format NAME             of a .star file: relion5 (default), relion4 or stopgap
  --shape X,Y,Z             size of the tomogram in voxels: RELION 5 counts from its centre
  --tomogram-file FILE      the tomogram (.mrc), to take size and voxel size from
  --voxel-size A            edge of a voxel in angstrom, or X,Y,Z, where IN doesn't say it
  --tomogram NAME           rlnTomoName of picks that have none; default: the name of OUT
  --tomogram-number N       tomo_num of a STOPGAP motive list; default 1
  --json                    print what was written as JSON: output, kind, and shape and voxel size or the number of picks

Arrays in .npy have the axes z, y, x. IN is never changed; OUT appears whole or not at all.

${stopgapHelp}

  rotoscope convert output.pickle result.arrow
  rotoscope convert result.arrow scores.mrc
  rotoscope convert picks.star motl.star --format stopgap --tomogram-file TS_01.mrc`;

const options = {
  map: { type: "string", default: "scores" },
  format: { type: "string" },
  shape: { type: "string" },
  "tomogram-file": { type: "string" },
  "voxel-size": { type: "string" },
  tomogram: { type: "string" },
  "tomogram-number": { type: "string", default: "1" },
  json: { type: "boolean" },
  ...stopgapFlags,
} as const;

type Values = ReturnType<typeof parseArgs<{ options: typeof options; allowPositionals: true }>>["values"];

/** `rotoscope convert` */
export const convertCommand: Command = { help, run };

const MAP_ENDINGS = [".mrc", ".map", ".rec", ".npy"];
const PICK_ENDINGS = [".star", ".tsv"];

async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  const [from, to] = positionals;
  if (!from || !to || positionals.length > 2) throw new UsageError(`takes IN and OUT, got ${positionals.length} files`);
  if (resolve(from) === resolve(to)) throw new UsageError(`${from}: IN and OUT are the same file`);
  if (values.map !== "scores" && values.map !== "rotations")
    throw new UsageError(`--map: "${values.map}", expected scores or rotations`);
  const ending = extname(to).toLowerCase();
  if (ending !== ".arrow" && !MAP_ENDINGS.includes(ending) && !PICK_ENDINGS.includes(ending))
    throw new UsageError(`${to}: ends in "${ending}", expected .arrow, .mrc, .npy, .star or .tsv`);
  const written = await convert(from, to, ending, values);
  report(values.json, { output: to, input: from, ...written }, `wrote ${to}`);
  return 0;
}

/** What was written, for scripts. */
interface Written {
  readonly kind: "result" | "map" | "picks";
  readonly shape?: readonly number[];
  readonly voxelSizeAngstrom?: readonly number[];
  readonly picks?: number;
}

async function convert(from: string, to: string, ending: string, values: Values): Promise<Written> {
  const kind = await fileKind(from);
  const size = await tomogramSize(values);
  const wrong = (what: string, hint: string): never => {
    throw new UsageError(`${from} holds ${what}, which ${ending} files don't; ${hint}`);
  };
  if (kind === "volume" || kind === "npy") {
    if (!MAP_ENDINGS.includes(ending)) wrong("a map", "write .mrc or .npy");
    return writeMap(to, ending, await readMap(from, kind, size.voxelSizeAngstrom), from);
  }
  if (kind === "star" || kind === "table") {
    if (MAP_ENDINGS.includes(ending)) wrong("picks", "write .star, .tsv or .arrow");
    return writeList(to, ending, await readPicks(from, size), values, pickFormat(values.format));
  }
  const file = kind === "arrow" ? ((await readArrow(from)) as LoadedFile) : null;
  const run = kind === "pytme" ? await readPytmeRun(from) : null;
  if (file?.kind === "peaks" || (run && "picks" in run)) {
    if (MAP_ENDINGS.includes(ending)) wrong("picks", "write .star, .tsv or .arrow");
    const list = run && "picks" in run ? run : await readPicks(from, size);
    return writeList(to, ending, { ...list, ...size }, values, pickFormat(values.format));
  }
  if (file && file.kind !== "result") throw new UsageError(`${from} holds a ${file.kind}, which isn't converted`);
  if (PICK_ENDINGS.includes(ending)) wrong("a result", "pick its peaks with rotoscope peaks");
  const progress = itemBar(process.stderr, 2, "steps (read, write)");
  const result = file ?? (run ? loadedResult(run) : await readResult(from, stopgapOptions(values)));
  for (const warning of result.warnings) console.error(`warning: ${warning}`);
  progress(1);
  const { shape } = result.scores;
  if (ending === ".arrow") {
    await writeArrow(to, result);
    progress(2);
    return { kind: "result", shape, voxelSizeAngstrom: result.voxelSizeAngstrom };
  }
  const map = values.map === "scores" ? result.scores : result.rotations;
  return writeMap(
    to,
    ending,
    { ...map, voxelSizeAngstrom: size.voxelSizeAngstrom ?? result.voxelSizeAngstrom },
    from,
    values.map,
  );
}

interface TomogramSize {
  readonly shape?: readonly number[];
  readonly voxelSizeAngstrom?: readonly number[];
}

async function tomogramSize(values: Values): Promise<TomogramSize> {
  const file = values["tomogram-file"];
  const header = file === undefined ? null : await readVolumeHeader(file);
  const voxelSize = values["voxel-size"];
  const known = header?.voxelSizeAngstrom.every((length) => length > 0) ? header.voxelSizeAngstrom : null;
  return {
    ...(values.shape === undefined
      ? header && { shape: header.shape }
      : { shape: reversedTriple("shape", values.shape) }),
    ...(voxelSize === undefined
      ? known && { voxelSizeAngstrom: known }
      : { voxelSizeAngstrom: reversedTriple("voxel-size", voxelSize) }),
  };
}

async function readMap(
  path: string,
  kind: "volume" | "npy",
  voxelSizeAngstrom: readonly number[] | undefined,
): Promise<MapToWrite> {
  const onProgress = byteBar(process.stderr, "read");
  const map = kind === "volume" ? await readVolume(path, { onProgress }) : await readNpyFile(path);
  return voxelSizeAngstrom === undefined ? map : { ...map, voxelSizeAngstrom };
}

type MapToWrite = NdArray<Float32Array | Float64Array | Int32Array> &
  Partial<Pick<Volume, "voxelSizeAngstrom" | "originAngstrom">>;

async function writeMap(to: string, ending: string, map: MapToWrite, from: string, what = "values"): Promise<Written> {
  const written: Written = { kind: "map", shape: map.shape, voxelSizeAngstrom: map.voxelSizeAngstrom ?? [] };
  if (ending === ".npy") {
    await writeNpyFile(to, map);
    return written;
  }
  if (map.shape.length > 3)
    throw new RotoscopeError("unsupported", `${from}: shape [${map.shape.join(", ")}], an MRC file holds three axes`);
  const padding = new Array<number>(3 - map.shape.length);
  const three = (values: readonly number[] | undefined): number[] =>
    values?.length === 3
      ? [...values]
      : [...padding.fill(values?.[0] ?? 0), ...(values ?? new Array<number>(map.shape.length).fill(0))];
  const data = map.data instanceof Float32Array ? map.data : Float32Array.from(map.data);
  const name = basename(from)
    .replace(/[^\x20-\x7e]/g, "?")
    .slice(0, 60);
  await writeVolume(
    to,
    {
      ...ndarray(data, [...padding.fill(1), ...map.shape]),
      voxelSizeAngstrom: three(map.voxelSizeAngstrom),
      originAngstrom: three(map.originAngstrom),
    },
    { labels: ["Written by rotoscope", `${what} of ${name}`], onProgress: byteBar(process.stderr, "written") },
  );
  return written;
}

async function writeList(
  to: string,
  ending: string,
  list: PickList,
  values: Values,
  format: { readonly format?: PickFormat },
): Promise<Written> {
  const { picks, shape, voxelSizeAngstrom } = list;
  const written: Written = { kind: "picks", picks: picks.length, voxelSizeAngstrom };
  const outside = shape && picksOutside(picks, shape);
  if (outside) console.error(`warning: ${outside}`);
  if (ending === ".arrow") {
    const whole = picks.map((pick) => ({ ...pick, position: pick.position.map(Math.round) }));
    const moved = picks.some(({ position }, i) => position.join() !== whole[i]!.position.join());
    if (moved) console.error("warning: Arrow files hold whole voxels; the positions were rounded");
    const extent = [0, 1, 2].map((axis) => 1 + Math.max(0, ...whole.map(({ position }) => position[axis] ?? 0)));
    await writePeaks(to, whole, { ...list, shape: shape ?? extent, voxelSizeAngstrom });
    return written;
  }
  const needsShape = ending === ".star" && (format.format ?? "relion5") === "relion5";
  if (needsShape && !shape)
    throw new UsageError(
      `RELION 5 counts from the centre of the tomogram: say --shape X,Y,Z or --tomogram-file FILE, or --format relion4`,
    );
  await writePickFile(to, list, {
    ...format,
    shape: shape ?? [1, 1, 1],
    voxelSizeAngstrom,
    tomogramName: values.tomogram ?? basename(to, ending),
    tomogramNames: list.tomogramNames,
    tomogramNumber: numberOption("tomogram-number", values["tomogram-number"]),
  });
  return written;
}
