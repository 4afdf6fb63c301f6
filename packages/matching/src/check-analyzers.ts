import { RotoscopeError } from "@rotoscope/core";
import type { AnalyzerInput } from "./analyzer.js";

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
