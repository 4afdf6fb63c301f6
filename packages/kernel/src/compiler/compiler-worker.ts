import { parentPort } from "node:worker_threads";
import { createCellCompiler } from "./cell-compiler.js";
import type { CompilerAnswer, CompilerCall } from "./compiler-thread.js";
import { giveBackMemory } from "./give-back-memory.js";
import { loadTslab } from "./tslab.js";

const SETTLE_AFTER_MILLISECONDS = 300;

const tslab = loadTslab();
const compiler = createCellCompiler(tslab);
// Makes the program and the checker, which all cells share, so that the first one is quick.
compiler.compile("", "0");

let settled = false;
/** When nothing is to do: makes the next kernel's start quick, and gives memory back. */
const settling = setTimeout(() => {
  settled = true;
  tslab.saveCodeCache();
  giveBackMemory().catch(console.error);
}, SETTLE_AFTER_MILLISECONDS);

parentPort?.on("message", (call: CompilerCall) => {
  parentPort?.postMessage(answer(call));
  if (!settled) settling.refresh();
});

function answer({ id, method, args }: CompilerCall): CompilerAnswer {
  try {
    return { id, value: (compiler[method] as (...values: readonly unknown[]) => unknown)(...args) };
  } catch (error) {
    return { id, error: String(error instanceof Error ? error.stack : error) };
  }
}
