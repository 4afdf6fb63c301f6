import { basename, extname } from "node:path";
import { parseArgs } from "node:util";
import { readArrow } from "@rotoscope/arrow";
import type { Peak } from "@rotoscope/core";
import { writePicks } from "@rotoscope/widgets";
import { type Command, numberOption, UsageError } from "../command.js";
import { resultPicks } from "./result-picks.js";

const help = `rotoscope peaks RESULT.arrow -o picks.star

Finds the places with the best scores, prints the first ten and writes all of them.

  --caller NAME             PeakCallerMaximumFilter (default)
  --num-peaks N             at most N; default 1000
  --min-distance VOXELS     picks closer than VOXELS + 1 to a better one fall; default: half the template's smallest extent
  --min-score S             lowest score to keep
  --tomogram NAME           rlnTomoName; default: the name of the target, as the result has it
  -o, --output FILE         .star (RELION 5) or .arrow; default: print only`;

const PRINTED = 10;

/** `rotoscope peaks` */
export const peaksCommand: Command = { help, run };

async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      caller: { type: "string", default: "PeakCallerMaximumFilter" },
      "num-peaks": { type: "string", default: "1000" },
      "min-distance": { type: "string" },
      "min-score": { type: "string" },
      tomogram: { type: "string" },
      output: { type: "string", short: "o" },
    },
  });
  const [file] = positionals;
  if (!file || positionals.length > 1) throw new UsageError(`takes one RESULT, got ${positionals.length} files`);
  if (values.caller !== "PeakCallerMaximumFilter")
    throw new UsageError(`--caller: "${values.caller}", expected PeakCallerMaximumFilter`);
  const result = await readArrow(file, { history: false });
  const optional = (name: "min-distance" | "min-score"): number | undefined =>
    values[name] === undefined ? undefined : numberOption(name, values[name]);
  const picks = resultPicks(result, {
    numPeaks: numberOption("num-peaks", values["num-peaks"]),
    minDistance: optional("min-distance"),
    minScore: optional("min-score"),
  });
  printTable(picks);
  if (values.output === undefined) return 0;
  const target = result.provenance?.inputs.find((input) => input.role === "target")?.name ?? basename(file);
  await writePicks(values.output, picks, result, {
    tomogramName: values.tomogram ?? basename(target, extname(target)),
  });
  console.log(`wrote ${values.output} (${picks.length} picks)`);
  return 0;
}

function printTable(picks: readonly Peak[]): void {
  const axes = ["z", "y", "x"].slice(-(picks[0]?.position.length ?? 3));
  console.log([" score", ...axes.map((axis) => axis.padStart(5)), " rotation"].join(" "));
  for (const { score, position, rotation } of picks.slice(0, PRINTED))
    console.log(
      [score.toFixed(4), ...position.map((p) => String(p).padStart(5)), String(rotation).padStart(9)].join(" "),
    );
  if (picks.length > PRINTED) console.log(`... and ${picks.length - PRINTED} more`);
  if (picks.length === 0) console.log("no picks");
}
