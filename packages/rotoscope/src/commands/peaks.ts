import { basename } from "node:path";
import { parseArgs } from "node:util";
import type { LoadedResult } from "@rotoscope/arrow";
import type { Peak } from "@rotoscope/core";
import { writePicks } from "@rotoscope/widgets";
import { type Command, numberOption, UsageError } from "../command.js";
import { readResult } from "../read-result.js";
import { checkOutput } from "./output-place.js";
import { pickFormat } from "./pick-format.js";
import { callerNames, resultPicks } from "./result-picks.js";
import { stopgapFlags, stopgapHelp, stopgapOptions } from "./stopgap-options.js";

const help = `rotoscope peaks RESULT -o picks.star

Finds the places with the best scores, prints the first ten and writes all of them. RESULT is ours (.arrow) or another program's: pyTME's .pickle,
.pickle.gz or .hdf5, pytom-match-pick's NAME_job.json, STOPGAP's or GAPSTOP's score map.

  --caller NAME             ${callerNames[0]} (default),
                            ${callerNames.slice(1).join(", ")}
  --num-peaks N             at most N; default 1000
  --min-distance VOXELS     picks closer than VOXELS + 1 to a better one fall; default: half the template's smallest extent where
                            the result says it, else 1
  --min-score S             lowest score to keep
  --max-score S             highest score to keep
  --tomogram NAME           rlnTomoName; default: the name of the target, as the result has it
  --tomogram-number N       tomo_num of a STOPGAP motive list; default 1
  --format NAME             of a .star file: relion5 (default), relion4 or stopgap
  --json                    print all picks as JSON instead of a table
  -o, --output FILE         .star, .tsv (as pyTME's) or .arrow; default: print only

${stopgapHelp}

  rotoscope peaks output.pickle --min-distance 6 --min-score 0.3 -o picks.star`;

const PRINTED = 10;

/** `rotoscope peaks` */
export const peaksCommand: Command = { help, run };

async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      caller: { type: "string" },
      "num-peaks": { type: "string", default: "1000" },
      "min-distance": { type: "string" },
      "min-score": { type: "string" },
      "max-score": { type: "string" },
      tomogram: { type: "string" },
      "tomogram-number": { type: "string", default: "1" },
      format: { type: "string" },
      json: { type: "boolean" },
      output: { type: "string", short: "o" },
      ...stopgapFlags,
    },
  });
  const [file] = positionals;
  if (!file || positionals.length > 1) throw new UsageError(`takes one RESULT, got ${positionals.length} files`);
  const optional = (name: "min-distance" | "min-score" | "max-score"): number | undefined =>
    values[name] === undefined ? undefined : numberOption(name, values[name]);
  const options = {
    ...(values.caller === undefined ? {} : { caller: values.caller }),
    numPeaks: numberOption("num-peaks", values["num-peaks"]),
    minDistance: optional("min-distance"),
    minScore: optional("min-score"),
    maxScore: optional("max-score"),
  };
  const writing = {
    ...pickFormat(values.format),
    tomogramNumber: numberOption("tomogram-number", values["tomogram-number"]),
  };
  if (values.output !== undefined) await checkOutput(values.output, [".star", ".tsv", ".arrow"]);
  const result = await readResult(file, { history: false, ...stopgapOptions(values) });
  for (const warning of result.warnings) console.error(`warning: ${warning}`);
  const picks = resultPicks(result, options);
  if (values.json)
    console.log(
      JSON.stringify(
        picks.map((pick) => described(pick, result)),
        null,
        2,
      ),
    );
  else printTable(picks);
  if (values.output === undefined) return 0;
  const target = result.provenance?.inputs.find((input) => input.role === "target")?.name ?? basename(file);
  const tomogramName = values.tomogram ?? target.replace(/(\.[a-z0-9]+)(\.gz)?$/i, "");
  await writePicks(values.output, picks, result, { tomogramName, ...writing });
  (values.json ? console.error : console.log)(`wrote ${values.output} (${picks.length} picks)`);
  return 0;
}

function described({ position, score, rotation }: Peak, { rotationMapping }: LoadedResult): Record<string, unknown> {
  return { position, score, rotation, matrix: [...(rotationMapping.get(rotation) ?? [])] };
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
