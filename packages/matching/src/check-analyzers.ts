import type { AnalyzerStates } from "@rotoscope/arrow";
import { RotoscopeError } from "@rotoscope/core";
import type { AnalyzerInput } from "./analyzer.js";
import { identitiesOf, recipeOf } from "./analyzer-recipe.js";

/** Throws a `RotoscopeError` (`argument`, `shape`) that names the one which isn't an analyzer, or is one for scores of another shape. */
export function checkAnalyzers(analyzers: readonly AnalyzerInput[], shape: readonly number[]): void {
  if (!Array.isArray(analyzers))
    throw new RotoscopeError("argument", `analyzers: ${typeof analyzers}, expected an array`);
  analyzers.forEach((analyzer: AnalyzerInput, index) => {
    if (typeof analyzer === "string" || analyzer instanceof URL || (analyzer && "module" in analyzer)) return;
    for (const method of ["initState", "update", "result"] as const)
      if (typeof analyzer?.[method] !== "function")
        throw new RotoscopeError("argument", `analyzers[${index}]: has no ${method}, expected an analyzer`);
    const { shape: own, options } = analyzer as { shape?: unknown; options?: { shape?: unknown } };
    const expected = own ?? options?.shape;
    if (Array.isArray(expected) && expected.join() !== shape.join())
      throw new RotoscopeError(
        "shape",
        `analyzers[${index}]: is for scores of shape [${expected.join(", ")}], the search's are [${shape.join(", ")}]`,
      );
  });
}

/** Throws a `RotoscopeError` (`unsupported`) for an analyzer of scores that a background can't be taken off. */
export function checkCorrectable(analyzers: readonly AnalyzerInput[]): void {
  analyzers.forEach((analyzer, index) => {
    const recipe = recipeOf(analyzer);
    if (recipe?.kind === "ours" && recipe.name === "MaxScoreOverTranslations")
      throw new RotoscopeError(
        "unsupported",
        `analyzers[${index}]: MaxScoreOverTranslations has no background correction; leave out one of it and the background`,
      );
  });
}

/** Throws a `RotoscopeError` (`unsupported`) for an analyzer whose state can't be saved: one that isn't of our classes. */
export function checkSaveable(analyzers: readonly AnalyzerInput[]): void {
  analyzers.forEach((analyzer, index) => {
    if (identitiesOf([analyzer]) === null)
      throw new RotoscopeError(
        "unsupported",
        `analyzers[${index}]: with checkpoint or resume only states of our own classes in memory are saved; leave it out here, and give it the maps of search.scoreMap(k) when the search is done`,
      );
  });
}

/** Throws a `RotoscopeError` (`argument`) unless the saved states are those of these analyzers. */
export function checkSaved(analyzers: readonly AnalyzerInput[], saved: AnalyzerStates | null | undefined): void {
  const wanted = identitiesOf(analyzers) ?? [];
  if (analyzers.length === 0 || saved?.identities.join() === wanted.join()) return;
  const names = (identities: readonly string[]): string =>
    identities.map((identity) => identity.split(" ")[0]).join(", ") || "none";
  throw new RotoscopeError(
    "argument",
    `resume: the state holds other analyzers (${names(saved?.identities ?? [])}) than analyzers (${names(wanted)}), or such with other options; give the same ones, or none`,
  );
}
