/** One command: takes its arguments, gives the exit status. */
export interface Command {
  readonly help: string;
  run(args: string[]): Promise<number>;
}

/** The command line makes no sense; exit status 2. */
export class UsageError extends Error {}

/** A number from the command line. Throws a `UsageError` that names the option and its value. */
export function numberOption(name: string, value: string): number {
  const number = Number(value);
  if (value.trim() === "" || !Number.isFinite(number)) throw new UsageError(`--${name}: "${value}", expected a number`);
  return number;
}

/** Says what was done: a sentence, or with `--json` the facts of it on one line. */
export function report(json: boolean | undefined, facts: Readonly<Record<string, unknown>>, sentence: string): void {
  console.log(json ? JSON.stringify(facts) : sentence);
}
