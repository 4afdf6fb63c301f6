import { existsSync } from "node:fs";
import { parseArgs } from "node:util";
import { historyPath, loadState, removeState, writeArrow } from "@rotoscope/arrow";
import { sphereMask, type Volume } from "@rotoscope/core";
import { readVolume } from "@rotoscope/formats";
import { INTERPOLATIONS, type MatchOptions, type MatchResult, match, SCORES } from "@rotoscope/matching";
import { type Command, numberOption, report, UsageError } from "../command.js";
import { progressBar } from "../progress-bar.js";
import { checkOutput } from "./output-place.js";
import { rotationFlags, rotationHelp, rotationsOf } from "./rotation-options.js";

const help = `rotoscope match TARGET TEMPLATE -o RESULT.arrow

Searches TARGET for TEMPLATE (MRC files) in all rotations and keeps, for every voxel, the best score and its rotation.

  --mask FILE               weights of the template's voxels (MRC); default: the inscribed sphere
  --mask-radius VOXELS      a sphere of this radius instead
${rotationHelp}
  --score NAME              how template and target are compared; pyTME's names:
                              FLCSphericalMask  normalised within the mask, which doesn't turn (default)
                              FLC               the same with a mask that turns along: for masks that aren't spheres
                              MCC               of what lies in both masks; for targets with a --target-mask
                              CAM               FLCSphericalMask of standardised target and template
                              NCC, CC, LCC      normalised as a whole, plain, of the Laplacians; take no mask
  --interpolation KIND      how the template is turned: linear (default) or cubic (sharper, a little slower)
  --no-pad-edges            take the target as periodic instead of mirroring its edges
  --invert                  turn the target's contrast round: dark-on-bright against bright-on-dark
  --target-mask FILE        weights of the target's voxels (MRC): part of MCC; other scores are 0 where it is 0
  --background FILE|SEED    a phase-scrambled template (MRC), or an integer to make one: its best scores, less their mean,
                            are taken off, so that places that match anything stand out less
  --min-local-std FRACTION  score 0 where the target's local deviation is below this fraction of its whole deviation
  --history                 also write RESULT.history.arrow, to step through the rotations
  --history-above SCORE     keep only improvements to scores above this one in it
  --checkpoint FILE.arrow   save the state to FILE every minute, continue from it where it exists, remove it at the end
  --workers N               worker threads; default: one per core
  --memory-limit SIZE       memory for the whole process, such as 4G or 800M: a target that needs more is searched in pieces,
                            with the same scores to 1e-5; default: as much as it takes
  --json                    print what was written as JSON: output, history, best (score, position z, y, x, rotation, matrix), rotations, seconds, complete
  -o, --output FILE         .arrow; default result.arrow

Ctrl-C stops the search, writes what was found so far and exits with status 130.

  rotoscope match TS_01.mrc template.mrc --angular-sampling 30 -o result.arrow`;

const options = {
  mask: { type: "string" },
  "mask-radius": { type: "string" },
  ...rotationFlags,
  score: { type: "string" },
  interpolation: { type: "string" },
  "pad-edges": { type: "boolean" },
  "no-pad-edges": { type: "boolean" },
  invert: { type: "boolean" },
  "target-mask": { type: "string" },
  background: { type: "string" },
  "min-local-std": { type: "string" },
  history: { type: "boolean" },
  "history-above": { type: "string" },
  checkpoint: { type: "string" },
  workers: { type: "string" },
  "memory-limit": { type: "string" },
  json: { type: "boolean" },
  output: { type: "string", short: "o", default: "result.arrow" },
} as const;

type Values = ReturnType<typeof parseArgs<{ options: typeof options; allowPositionals: true }>>["values"];

/** `rotoscope match` */
export const matchCommand: Command = { help, run };

async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  const [targetFile, templateFile] = positionals;
  if (!targetFile || !templateFile || positionals.length > 2)
    throw new UsageError(`takes TARGET and TEMPLATE, got ${positionals.length} files`);
  checkExclusive(values, "mask", "mask-radius");
  checkExclusive(values, "pad-edges", "no-pad-edges");
  await checkOutput(values.output, [".arrow"]);
  const [target, template] = await Promise.all([readVolume(targetFile), readVolume(templateFile)]);
  const { checkpoint } = values;
  const resume = checkpoint && existsSync(checkpoint) ? await loadState(checkpoint) : null;
  const search = match({
    ...(await matchOptions(values, target, template)),
    ...(checkpoint ? { checkpoint: { path: checkpoint } } : {}),
    ...(resume ? { resume } : {}),
  });
  if (resume)
    console.error(`continuing from ${checkpoint}: ${search.progress.done} of ${search.progress.total} rotations`);
  console.error(search.plan.text.split("\n").slice(0, -1).join("\n"));
  for (const warning of search.warnings) console.error(`warning: ${warning}`);
  let interrupted = false;
  const interrupt = (): void => {
    interrupted = true;
    search.stop();
  };
  process.once("SIGINT", interrupt);
  // The time, known once the first rotations have been timed.
  console.error((await search.planned()).text.split("\n").at(-1));
  const bar = progressBar(process.stderr);
  bar(search.progress);
  search.onProgress(bar);
  const result = await search;
  process.off("SIGINT", interrupt);
  for (const warning of result.warnings.slice(search.warnings.length)) console.error(`warning: ${warning}`);
  await writeArrow(values.output, result);
  if (checkpoint && result.complete) await removeState(checkpoint);
  report(values.json, facts(values.output, result, search.progress.elapsedSeconds), `wrote ${values.output}`);
  return interrupted ? 130 : 0;
}

/** What was found, for scripts. */
function facts(output: string, result: MatchResult, seconds: number): Record<string, unknown> {
  const { scores, rotations, rotationMapping, history, complete } = result;
  const best = scores.data.reduce((most, score, voxel) => (score > scores.data[most]! ? voxel : most), 0);
  const rotation = rotations.data[best]!;
  return {
    output,
    history: history ? historyPath(output) : null,
    best: {
      score: scores.data[best],
      position: scores.stride.map((step, axis) => Math.floor(best / step) % scores.shape[axis]!),
      rotation,
      matrix: [...(rotationMapping.get(rotation) ?? [])],
    },
    rotations: rotationMapping.size,
    seconds,
    complete,
  };
}

async function matchOptions(values: Values, target: Volume, template: Volume): Promise<MatchOptions> {
  const planar = target.shape[0] === 1 && template.shape[0] === 1;
  const number = (name: "mask-radius" | "min-local-std" | "workers" | "history-above"): number | undefined =>
    values[name] === undefined ? undefined : numberOption(name, values[name]);
  const radius = number("mask-radius");
  if (radius !== undefined && !(radius > 0)) throw new UsageError(`--mask-radius: ${radius}, expected a number over 0`);
  const mask = values.mask ? await readVolume(values.mask) : radius && sphereMask(template.shape, radius);
  const rotations = await rotationsOf(values, planar ? 2 : 3);
  const minLocalStd = number("min-local-std");
  const workers = number("workers");
  const historyAbove = number("history-above");
  return {
    target,
    template,
    rotations,
    padEdges: !values["no-pad-edges"],
    history: values.history ?? historyAbove !== undefined,
    ...(mask ? { mask } : {}),
    ...(values.score ? { score: oneOf("score", values.score, SCORES) } : {}),
    ...(values.interpolation ? { interpolation: oneOf("interpolation", values.interpolation, INTERPOLATIONS) } : {}),
    ...(values.invert ? { invert: true } : {}),
    ...(values["target-mask"] ? { targetMask: await readVolume(values["target-mask"]) } : {}),
    ...(values.background ? await background(values.background) : {}),
    ...(minLocalStd === undefined ? {} : { minLocalStd }),
    ...(workers === undefined ? {} : { workers }),
    ...(values["memory-limit"] === undefined ? {} : { memoryLimit: bytesOf(values["memory-limit"]) }),
    ...(historyAbove === undefined ? {} : { historyAbove }),
  };
}

function oneOf<Name extends string>(option: string, value: string, names: readonly Name[]): Name {
  const name = names.find((known) => known === value);
  if (!name) throw new UsageError(`--${option}: "${value}", expected one of ${names.join(", ")}`);
  return name;
}

/** A seed where it is an integer, otherwise a file. */
async function background(value: string): Promise<Pick<MatchOptions, "backgroundSeed" | "backgroundTemplate">> {
  if (/^-?\d+$/.test(value)) return { backgroundSeed: Number(value) };
  return { backgroundTemplate: await readVolume(value) };
}

/** A size such as 800M or 4G (powers of 1000), or a number of bytes. */
function bytesOf(size: string): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?)([kmgt]?)b?$/i.exec(size.trim()) ?? [];
  if (number === undefined) throw new UsageError(`--memory-limit: "${size}", expected a size such as 800M or 4G`);
  return Number(number) * 1000 ** " kmgt".indexOf(unit?.toLowerCase() || " ");
}

function checkExclusive(values: Values, a: keyof Values, b: keyof Values): void {
  if (values[a] !== undefined && values[b] !== undefined) throw new UsageError(`--${a} and --${b} exclude each other`);
}
