import { StringDecoder } from "node:string_decoder";
import type { Publisher } from "./publisher.js";

type Callback = (error?: Error | null) => void;

/** Sends what this process writes to its standard streams to the latest cell, and shows what else would end it. */
export function captureStandardStreams(publisher: Publisher): void {
  for (const name of ["stdout", "stderr"] as const) {
    const decoder = new StringDecoder("utf8");
    process[name].write = (
      chunk: string | Uint8Array,
      encoding?: BufferEncoding | Callback,
      callback?: Callback,
    ): boolean => {
      publisher.write(name, typeof chunk === "string" ? chunk : decoder.write(Buffer.from(chunk)));
      const done = typeof encoding === "function" ? encoding : callback;
      if (done) queueMicrotask(done);
      return true;
    };
  }
  process.on("uncaughtException", (error) => console.error("Uncaught", error));
  process.on("unhandledRejection", (reason) => console.error("Unhandled rejection:", reason));
}

/** Keeps Node from warning at each ESM package that a cell imports. */
export function silenceRequireEsmWarning(): void {
  const emitWarning = process.emitWarning.bind(process) as (...args: unknown[]) => void;
  process.emitWarning = ((warning: string | Error, ...rest: unknown[]) => {
    if (rest[0] === "ExperimentalWarning" && /require\(\)|ES Module/.test(String(warning))) return;
    emitWarning(warning, ...rest);
  }) as typeof process.emitWarning;
}
