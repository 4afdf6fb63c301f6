import { parentPort, workerData } from "node:worker_threads";
import type { findPeaks } from "@rotoscope/core";
import type { PeakSearch } from "./peak-thread.js";

const { module, result, options } = workerData as PeakSearch;
const library = (await import(module)) as { findPeaks: typeof findPeaks };
parentPort!.postMessage(library.findPeaks(result, options));
