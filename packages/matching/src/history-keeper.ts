import { readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type RangeImprovements, readHistory, writeHistorySteps } from "@rotoscope/arrow";
import {
  type History,
  type HistoryStep,
  historyOf,
  joinSteps,
  type LoggedImprovements,
  RotoscopeError,
} from "@rotoscope/core";
import { turns } from "./in-turns.js";
import { temporaryFolder } from "./temporary-folder.js";

/** What a search keeps of its improvements, and how. */
export interface HistoryKeeperOptions {
  /** Of the score map. */
  readonly shape: readonly number[];
  readonly scoreThreshold: number;
  /** Only improvements to scores above it are recorded. */
  readonly above: number;
  /** Bytes in memory; what is more goes to temporary files, which go when the process ends. */
  readonly memory: number;
}

/** Keeps what rotations improved, in memory or in files, and joins it into a history. */
export class HistoryKeeper {
  readonly #options: HistoryKeeperOptions;
  #bytes = 0;
  #folder: string | null = null;
  #files = 0;

  constructor(options: HistoryKeeperOptions) {
    this.#options = options;
  }

  /** The same improvements, read from a file each time they are asked for where memory is full. */
  keep(range: RangeImprovements): RangeImprovements {
    const bytes = range.voxels.byteLength + range.scores.byteLength;
    if (this.#bytes + bytes <= this.#options.memory) {
      this.#bytes += bytes;
      return range;
    }
    const { from, ends } = range;
    const path = this.#newFile("improvements");
    const columns = [range.voxels, range.scores].map(({ buffer, byteOffset, byteLength }, index) => {
      const file = `${path}.${index}`;
      guarded(file, "written", () => writeFileSync(file, new Uint8Array(buffer, byteOffset, byteLength)));
      return file;
    });
    const read = (index: number): ArrayBuffer =>
      guarded(columns[index]!, "read", () => new Uint8Array(readFileSync(columns[index]!)).buffer);
    return {
      from,
      ends,
      get voxels() {
        return new Int32Array(read(0));
      },
      get scores() {
        return new Float32Array(read(1));
      },
    };
  }

  /** The history of logs in the order of their rotations; in a file where memory doesn't do. Others have their turn meanwhile. */
  async join(logs: readonly LoggedImprovements[]): Promise<History> {
    const { shape, scoreThreshold, above, memory } = this.#options;
    const entries = logs.reduce((sum, { ends }) => sum + (ends.at(-1) ?? 0), 0);
    const steps = withTurns(joinSteps(logs, shape, scoreThreshold));
    const said = above > Number.NEGATIVE_INFINITY ? { above } : {};
    if (12 * entries > memory) {
      const path = this.#newFile("history.arrow");
      const stepCount = logs.reduce((sum, { ends }) => sum + ends.length, 0);
      await writeHistorySteps(path, stepCount, steps, { shape, ...said });
      const { step, count } = await readHistory(path, { memory: 0 });
      return { stepCount, step, ...(count && { count }), ...said };
    }
    const all: HistoryStep[] = [];
    for await (const step of steps) all.push(step);
    return { ...historyOf(all), ...said };
  }

  #newFile(name: string): string {
    this.#folder ??= guarded(tmpdir(), "written", () => temporaryFolder("history"));
    return join(this.#folder, `${this.#files++}.${name}`);
  }
}

async function* withTurns(steps: Iterable<HistoryStep | null>): AsyncGenerator<HistoryStep> {
  const turn = turns();
  for (const step of steps) {
    if (step !== null) yield step;
    const others = turn();
    if (others) await others;
  }
}

function guarded<Value>(path: string, verb: string, work: () => Value): Value {
  try {
    return work();
  } catch (cause) {
    throw new RotoscopeError("file", `${path}: the history can't be ${verb} (${(cause as Error).message})`, { cause });
  }
}
