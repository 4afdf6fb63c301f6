import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { aptLine, missingPackages } from "./debian-packages.mjs";
import { jupyterVariables } from "./jupyter-parts.mjs";
import { ensureFormatPeers, ensurePytme, ensureTestPeers, pythonHeaders } from "./python-env.mjs";
import { command, PlainError, root, run } from "./run.mjs";
import { setUp } from "./set-up.mjs";
import { readTestReport } from "./test-report.mjs";

const report = fileURLToPath(new URL("results/tests.json", root));
const inCi = Boolean(process.env.CI);

await command(async () => {
  try {
    await setUp();
    await ensureTestPeers();
    await ensureFormatPeers();
    await ensurePytme();
  } catch (error) {
    if (!(error instanceof PlainError)) throw error;
    console.error(`Set-up failed, so no test ran. ${error.message}\n0 passed, 1 failed`);
    return 1;
  }
  const checks = [
    await check("type check of the tests", "typescript/bin/tsc", "-p", "test/tsconfig.json"),
    await check("biome", "@biomejs/biome/bin/biome", "check", "."),
  ];
  return conclude([...checks, ...(await runTests())]);
});

/** Runs a tool of node_modules; its exit status decides. */
async function check(name, tool, ...args) {
  const status = await runTool(tool, args, process.env);
  console.log(`${name}: ${status === 0 ? "passed" : "failed"}`);
  return { name, outcome: status === 0 ? "passed" : "failed" };
}

async function runTests() {
  mkdirSync(new URL("results", root), { recursive: true });
  const args = ["run", "--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const status = await runTool("vitest/vitest.mjs", args, {
    ...process.env,
    ...jupyterVariables(),
    NX_DAEMON: "false",
  });
  return readTestReport(report, status);
}

function runTool(tool, args, env) {
  return run(process.execPath, [fileURLToPath(new URL(`node_modules/${tool}`, root)), ...args], env);
}

/** Prints what was skipped and why, and last the counts; in CI a skipped test is a failed one. */
function conclude(outcomes) {
  const count = (outcome) => outcomes.filter((entry) => entry.outcome === outcome).length;
  const missing = missingPackages(pythonHeaders());
  for (const { name, outcome } of outcomes) if (outcome !== "passed") console.log(`${outcome}: ${name}`);
  if (missing.length > 0) console.log(`Debian packages missing: ${missing.join(" ")}. To test all: ${aptLine}`);
  const skipped = count("skipped");
  if (skipped > 0 && inCi) console.log(`In CI each of the ${skipped} skipped tests counts as failed.`);
  const failed = count("failed") + (inCi ? skipped : 0);
  console.log(`${count("passed")} passed, ${failed} failed${skipped > 0 && !inCi ? `, ${skipped} skipped` : ""}`);
  return failed > 0 ? 1 : 0;
}
