import type { PickFormat } from "@rotoscope/formats";
import { UsageError } from "../command.js";

const FORMATS: readonly PickFormat[] = ["relion5", "relion4", "stopgap", "tsv"];

/** The layout that --format names; nothing for none. Throws a `UsageError` for another. */
export function pickFormat(value: string | undefined): { readonly format?: PickFormat } {
  if (value === undefined) return {};
  const format = FORMATS.find((name) => name === value);
  if (format === undefined) throw new UsageError(`--format: "${value}", expected ${FORMATS.join(", ")}`);
  return { format };
}

/** Three numbers x,y,z as an option has them, as z, y, x. Throws a `UsageError` that names the option. */
export function reversedTriple(name: string, value: string): number[] {
  const numbers = value.split(/[,x ]+/).map(Number);
  const triple = numbers.length === 1 ? [...numbers, ...numbers, ...numbers] : numbers;
  if (triple.length !== 3 || !triple.every((number) => number > 0))
    throw new UsageError(`--${name}: "${value}", expected X,Y,Z`);
  return triple.reverse();
}
