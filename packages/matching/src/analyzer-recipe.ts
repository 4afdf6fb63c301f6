import { createHash } from "node:crypto";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { RotoscopeError } from "@rotoscope/core";
import {
  MaxScoreOverRotations,
  MaxScoreOverRotationsConstrained,
  MaxScoreOverTranslations,
  PeakCallerFast,
  PeakCallerMaximumFilter,
  PeakCallerRecursiveMasking,
  PeakCallerScipy,
  PeakCallerSort,
} from "@rotoscope/wasm";
import type { Analyzer, AnalyzerInput } from "./analyzer.js";

/** How a thread makes an analyzer: one of ours by name, or a module's. Plain data. */
export type AnalyzerRecipe =
  | { readonly kind: "ours"; readonly name: OursName; readonly options: object }
  | { readonly kind: "module"; readonly module: string; readonly options: object };

type OursName =
  | `MaxScoreOver${"Rotations" | "RotationsConstrained" | "Translations"}`
  | `PeakCaller${"Fast" | "MaximumFilter" | "RecursiveMasking" | "Scipy" | "Sort"}`;

/** The compiled classes; each extends its plain one. */
const OURS: Readonly<Record<OursName, new (options: never) => unknown>> = {
  MaxScoreOverRotations,
  MaxScoreOverRotationsConstrained,
  MaxScoreOverTranslations,
  PeakCallerFast,
  PeakCallerMaximumFilter,
  PeakCallerRecursiveMasking,
  PeakCallerScipy,
  PeakCallerSort,
};

/** The recipe of an analyzer that a thread can make: a module, or an instance of one of our classes (not of one derived from it) whose state is in memory; else null. */
export function recipeOf(input: AnalyzerInput): AnalyzerRecipe | null {
  if (typeof input === "string" || input instanceof URL) return { kind: "module", module: urlOf(input), options: {} };
  if ("module" in input) return { kind: "module", module: urlOf(input.module), options: input.options ?? {} };
  const name = (Object.keys(OURS) as OursName[]).find((known) =>
    [OURS[known], Object.getPrototypeOf(OURS[known])].includes(input.constructor),
  );
  if (name === undefined || !("options" in input)) return null;
  const { fileBacked, ...options } = input.options as { fileBacked?: unknown };
  if (fileBacked) return null;
  const mask = "mask" in input && input.mask ? { mask: input.mask } : {};
  return { kind: "ours", name, options: { ...options, ...mask } };
}

/** What each of the analyzers is, as text: the class and a hash of its options; null where one isn't of our classes. */
export function identitiesOf(inputs: readonly AnalyzerInput[]): readonly string[] | null {
  const identities = inputs.map((input) => {
    const recipe = recipeOf(input);
    if (recipe?.kind !== "ours") return null;
    const hash = createHash("sha256").update(JSON.stringify(recipe.options, plainly));
    return `${recipe.name} ${hash.digest("hex").slice(0, 16)}`;
  });
  return identities.every((identity) => identity !== null) ? identities : null;
}

function plainly(_: string, value: unknown): unknown {
  if (ArrayBuffer.isView(value)) return Array.from(value as Float32Array);
  return typeof value === "number" ? String(value) : value;
}

/** Paths are taken from the working directory. */
function urlOf(module: string | URL): string {
  return /^[a-z][a-z0-9+.-]+:/i.test(String(module)) ? String(module) : pathToFileURL(resolve(String(module))).href;
}

/** Makes the analyzer of a recipe for scores of `shape`. Throws a `RotoscopeError` (`argument`) when the module's default export isn't one. */
export async function analyzerOf(recipe: AnalyzerRecipe, shape: readonly number[]): Promise<Analyzer> {
  if (recipe.kind === "ours") return new OURS[recipe.name](recipe.options as never) as Analyzer;
  const { default: made } = (await import(recipe.module)) as { default?: unknown };
  const analyzer =
    typeof made === "function"
      ? new (made as new (options: object) => Analyzer)({ shape, ...recipe.options })
      : (made as Analyzer | undefined);
  for (const method of ["initState", "update", "result"] as const)
    if (typeof analyzer?.[method] !== "function")
      throw new RotoscopeError(
        "argument",
        `${recipe.module}: its default export has no ${method}, expected an analyzer or a class of one`,
      );
  return analyzer!;
}
