import * as files from "node:fs/promises";
import { basename } from "node:path";
import { parseArgs } from "node:util";
import { readArrow } from "@rotoscope/arrow";
import { atomicFile } from "@rotoscope/core";
import { readVolume } from "@rotoscope/formats";
import { htmlPage } from "@rotoscope/widgets";
import { type Command, numberOption, UsageError } from "../command.js";
import { resultPicks } from "./result-picks.js";

const help = `rotoscope view RESULT.arrow -o page.html

Writes one HTML file that shows the result, with slices, picks and, where there is a history, its rotation steps; it needs no kernel and no network.

  --target FILE             the volume that was searched, to show it beside the scores
  --history FILE            default: the one beside RESULT
  --num-peaks N             picks to draw; default 100
  --min-distance VOXELS     as in rotoscope peaks
  -o, --output FILE         default page.html`;

/** `rotoscope view` */
export const viewCommand: Command = { help, run };

async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      target: { type: "string" },
      history: { type: "string" },
      "num-peaks": { type: "string", default: "100" },
      "min-distance": { type: "string" },
      output: { type: "string", short: "o", default: "page.html" },
    },
  });
  const [file] = positionals;
  if (!file || positionals.length > 1) throw new UsageError(`takes one RESULT, got ${positionals.length} files`);
  const result = await readArrow(file, values.history === undefined ? {} : { history: values.history });
  for (const warning of result.warnings) console.error(`warning: ${warning}`);
  const target = values.target === undefined ? undefined : await readVolume(values.target);
  const minDistance = values["min-distance"];
  const picks = resultPicks(result, {
    numPeaks: numberOption("num-peaks", values["num-peaks"]),
    minDistance: minDistance === undefined ? undefined : numberOption("min-distance", minDistance),
    minScore: undefined,
  });
  const page = htmlPage(result, { title: basename(file), picks, ...(target ? { target } : {}) });
  await atomicFile(files, values.output, (output) => output.writeFile(page));
  console.log(`wrote ${values.output} (${(page.length / 1e6).toFixed(1)} MB)`);
  return 0;
}
