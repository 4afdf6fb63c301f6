import * as files from "node:fs/promises";
import { basename } from "node:path";
import { parseArgs } from "node:util";
import { atomicFile } from "@rotoscope/core";
import { readVolume } from "@rotoscope/formats";
import { htmlPage } from "@rotoscope/widgets";
import { type Command, numberOption, report, UsageError } from "../command.js";
import { readResult } from "../read-result.js";
import { resultPicks } from "./result-picks.js";

const help = `rotoscope view RESULT -o page.html

Writes one HTML file that shows the result, with slices, picks and, where there is a history, its rotation steps; it needs no kernel and no network. RESULT is ours (.arrow) or
one of pyTME, pytom-match-pick, STOPGAP or GAPSTOP.

  --target FILE             the volume that was searched, to show it beside the scores
  --template FILE           the template, to draw it in the winning rotation
  --history FILE            default: the one beside RESULT
  --num-peaks N             candidates to choose from; default 1000
  --threshold SCORE         take those at or above it; default: the 100th. It can be moved on the page
  --min-distance VOXELS     as in rotoscope peaks
  --json                    print what was written as JSON: output, bytes, picks, threshold
  -o, --output FILE         default page.html

  rotoscope view result.arrow --target TS_01.mrc -o page.html`;

const TAKEN_AT_FIRST = 100;

/** `rotoscope view` */
export const viewCommand: Command = { help, run };

async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      target: { type: "string" },
      template: { type: "string" },
      threshold: { type: "string" },
      history: { type: "string" },
      "num-peaks": { type: "string", default: "1000" },
      "min-distance": { type: "string" },
      json: { type: "boolean" },
      output: { type: "string", short: "o", default: "page.html" },
    },
  });
  const [file] = positionals;
  if (!file || positionals.length > 1) throw new UsageError(`takes one RESULT, got ${positionals.length} files`);
  const result = await readResult(file, { kind: "result", history: values.history ?? true });
  for (const warning of result.warnings) console.error(`warning: ${warning}`);
  const target = values.target === undefined ? undefined : await readVolume(values.target);
  const template = values.template === undefined ? undefined : await readVolume(values.template);
  const minDistance = values["min-distance"];
  const picks = resultPicks(result, {
    numPeaks: numberOption("num-peaks", values["num-peaks"]),
    minDistance: minDistance === undefined ? undefined : numberOption("min-distance", minDistance),
    minScore: undefined,
  });
  const taken = picks[Math.min(picks.length, TAKEN_AT_FIRST) - 1]?.score ?? 0;
  const threshold = values.threshold === undefined ? taken : numberOption("threshold", values.threshold);
  const inputs = { ...(target ? { target } : {}), ...(template ? { template } : {}) };
  const page = htmlPage(result, { title: basename(file), picks, threshold, ...inputs });
  await atomicFile(files, values.output, (output) => output.writeFile(page));
  const facts = { output: values.output, bytes: Buffer.byteLength(page), picks: picks.length, threshold };
  report(values.json, facts, `wrote ${values.output} (${(facts.bytes / 1e6).toFixed(1)} MB)`);
  return 0;
}
