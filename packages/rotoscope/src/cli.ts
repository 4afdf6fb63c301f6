import { type Command, UsageError } from "./command.js";
import { convertCommand } from "./commands/convert.js";
import { infoCommand } from "./commands/info.js";
import { kernelCommand } from "./commands/kernel.js";
import { labCommand } from "./commands/lab.js";
import { matchCommand } from "./commands/match.js";
import { mergeCommand } from "./commands/merge.js";
import { peaksCommand } from "./commands/peaks.js";
import { viewCommand } from "./commands/view.js";

const commands: Readonly<Record<string, Command>> = {
  match: matchCommand,
  merge: mergeCommand,
  peaks: peaksCommand,
  convert: convertCommand,
  info: infoCommand,
  view: viewCommand,
  lab: labCommand,
  kernel: kernelCommand,
};

const HELP = `rotoscope: template matching you can watch

  rotoscope match TARGET TEMPLATE -o result.arrow    search a volume for a template in all rotations
  rotoscope merge A.arrow B.arrow -o merged.arrow    join results of pieces, or of sets of rotations
  rotoscope peaks RESULT -o picks.star               pick the best places
  rotoscope convert IN OUT                           from and to the files of other programs
  rotoscope info FILE                                say what is in a file
  rotoscope view RESULT -o page.html                 write a page to look at it, without kernel or network
  rotoscope lab [DIR]                                open JupyterLab
  rotoscope kernel install|uninstall                 add the notebook kernel to Jupyter, or take it away

RESULT is ours or one of pyTME, pytom-match-pick, STOPGAP or GAPSTOP. Exit status: 0 done, 1 failed, 2 wrong usage, 130 interrupted.
rotoscope COMMAND --help says more.`;

/** Runs the command line `args` and gives the exit status: 0 done, 1 failed, 2 wrong usage, 130 interrupted. */
export async function main(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === "--help" || name === "-h" || name === "help") {
    console.log(HELP);
    return name === undefined ? 2 : 0;
  }
  const command = commands[name];
  if (!command) {
    console.error(`rotoscope: no command "${name}"; there are ${Object.keys(commands).join(", ")}`);
    return 2;
  }
  if (rest.includes("--help") || rest.includes("-h")) {
    console.log(command.help);
    return 0;
  }
  try {
    return await command.run(joinedNegatives(rest));
  } catch (error) {
    console.error(`rotoscope ${name}: ${(error as Error).message.replaceAll("\n", " ")}`);
    return isUsageError(error) ? 2 : 1;
  }
}

/** `--min-score -0.2` as `--min-score=-0.2`, which is how parseArgs takes a value that starts with a dash. */
function joinedNegatives(args: readonly string[]): string[] {
  const joined: string[] = [];
  for (const arg of args) {
    const option = joined.at(-1);
    if (/^-\.?\d/.test(arg) && option !== undefined && /^--[^=]+$/.test(option))
      joined[joined.length - 1] = `${option}=${arg}`;
    else joined.push(arg);
  }
  return joined;
}

/** Options of the libraries are options of the command: a value that they refuse is wrong usage too. */
function isUsageError(error: unknown): boolean {
  return error instanceof UsageError || isParseArgsError(error) || (error as { code?: unknown }).code === "argument";
}

function isParseArgsError(error: unknown): boolean {
  return String((error as { code?: unknown }).code).startsWith("ERR_PARSE_ARGS");
}
