import { readFileSync } from "node:fs";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { root } from "./run.mjs";

/**
 * The tests in vitest's JSON report as `{ name, outcome }`, outcome being passed, failed or skipped. A file that could
 * not be loaded is one failed test, and so is a run that failed without a failed test.
 */
export function readTestReport(path, exitStatus) {
  const outcomes = readFiles(path).flatMap(outcomesOf);
  if (exitStatus !== 0 && !outcomes.some(({ outcome }) => outcome === "failed")) {
    outcomes.push({ name: `vitest (exit status ${exitStatus})`, outcome: "failed" });
  }
  return outcomes;
}

function readFiles(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8")).testResults;
  } catch {
    return [];
  }
}

function outcomesOf(file) {
  const path = relative(fileURLToPath(root), file.name);
  const outcomes = file.assertionResults.map(({ fullName, status }) => ({
    name: `${path}: ${fullName}`,
    outcome: status === "passed" || status === "failed" ? status : "skipped",
  }));
  const failedToLoad = file.status === "failed" && !outcomes.some(({ outcome }) => outcome === "failed");
  return failedToLoad ? [...outcomes, { name: `${path}: ${file.message}`, outcome: "failed" }] : outcomes;
}
