import { basename, resolve } from "node:path";
import { parseArgs } from "node:util";
import { type LoadedResult, writeArrow } from "@rotoscope/arrow";
import { RotoscopeError } from "@rotoscope/core";
import { MaxScoreOverRotations } from "@rotoscope/wasm";
import { type Command, report, UsageError } from "../command.js";
import { itemBar } from "../item-bar.js";
import { readResult } from "../read-result.js";
import { checkOutput } from "./output-place.js";

const help = `rotoscope merge A.arrow B.arrow ... -o merged.arrow

Joins results of pieces of one target, each with its offset, or of different sets of rotations on the same target: for every voxel the best
score of all and its rotation. Results of pyTME, pytom-match-pick and STOPGAP are taken too. Ties go to the file named first.

  -o, --output FILE         default merged.arrow
  --json                    print what was written as JSON: output, inputs, shape, offset, rotations, maximum

  rotoscope merge part-*.arrow -o whole.arrow`;

/** Voxel sizes may differ by this fraction. */
const VOXEL_SIZE_TOLERANCE = 1e-3;

/** `rotoscope merge` */
export const mergeCommand: Command = { help, run };

async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { json: { type: "boolean" }, output: { type: "string", short: "o", default: "merged.arrow" } },
  });
  if (positionals.length === 0) throw new UsageError("takes one or more results, got none");
  if (positionals.some((file) => resolve(file) === resolve(values.output)))
    throw new UsageError(`${values.output}: is one of the files to merge`);
  await checkOutput(values.output, [".arrow"]);
  const progress = itemBar(process.stderr, positionals.length, "files");
  const results: LoadedResult[] = [];
  for (const file of positionals) {
    const result = await readResult(file, { history: false });
    checkVoxelSize(results[0], result, positionals[0]!, file);
    results.push(result);
    progress(results.length);
  }
  const [first] = results as [LoadedResult];
  const scoreThreshold = Math.min(...results.map((result) => result.scoreThreshold));
  const merged = MaxScoreOverRotations.merge(results, { scoreThreshold })!;
  await writeArrow(values.output, merged, {
    voxelSizeAngstrom: first.voxelSizeAngstrom,
    scoreThreshold,
    history: null,
    provenance: first.provenance && {
      ...first.provenance,
      options: { ...first.provenance.options, merged: positionals.map((file) => basename(file)) },
    },
  });
  const { shape, data } = merged.scores;
  const rotations = merged.rotationMapping.size;
  report(
    values.json,
    { output: values.output, inputs: positionals, shape, offset: merged.offset, rotations, maximum: maximumOf(data) },
    `wrote ${values.output} (${shape.join(" x ")} voxels, ${rotations} rotations)`,
  );
  return 0;
}

function maximumOf(scores: Float32Array): number {
  let maximum = Number.NEGATIVE_INFINITY;
  for (const score of scores) if (score > maximum) maximum = score;
  return maximum;
}

function checkVoxelSize(
  first: LoadedResult | undefined,
  { voxelSizeAngstrom }: LoadedResult,
  a: string,
  b: string,
): void {
  const differs = first?.voxelSizeAngstrom.some((size, axis) => {
    const other = voxelSizeAngstrom[axis] ?? 0;
    return size > 0 && other > 0 && Math.abs(size / other - 1) > VOXEL_SIZE_TOLERANCE;
  });
  if (differs)
    throw new RotoscopeError(
      "argument",
      `${a} has voxels of [${first!.voxelSizeAngstrom.join(", ")}] angstrom, ${b} of [${voxelSizeAngstrom.join(", ")}]`,
    );
}
