import type { Search } from "@rotoscope/matching";
import { summarise, type Viewable } from "@rotoscope/widgets";
import { megabytes } from "./megabytes.js";
import { show } from "./show.js";

/** By this method a value displays itself when it is the last expression of a notebook cell. */
const DISPLAY: unique symbol = Symbol.for("Jupyter.display") as typeof DISPLAY;
const KERNEL: unique symbol = Symbol.for("jupyter.kernel") as typeof KERNEL;

/** By this method a value says how `console.log` and Node's shell print it. */
const INSPECT: unique symbol = Symbol.for("nodejs.util.inspect.custom") as typeof INSPECT;

/** Lets `subject`, alone at the end of a notebook cell, display as `show(subject)`, and print as a few lines of text. Returns it. */
export function displayable<Subject extends Viewable>(subject: Subject): Subject {
  return Object.defineProperties(subject, {
    [DISPLAY]: { value: () => show(subject), enumerable: false },
    [INSPECT]: { value: () => describe(subject), enumerable: false },
  });
}

function describe(subject: Viewable): string {
  if ("rotationMapping" in subject) return summarise(subject);
  const voxels = `${subject.shape.join(" x ")} voxels`;
  if (!("progress" in subject)) return `Volume of ${voxels} of ${subject.voxelSizeAngstrom.map(rounded).join(" x ")} Å`;
  const { done, total, maxScore } = subject.progress;
  const how = subject.running ? "running" : "ended";
  const { historyBytes = 0 } = subject as Partial<Search>;
  const history = historyBytes > 0 ? `; its history takes up to some ${megabytes(historyBytes)}` : "";
  return `Search of ${voxels}, ${how}: ${done} of ${total} rotations, highest score ${rounded(maxScore)}${history}`;
}

function rounded(value: number): string {
  return String(Number(value.toPrecision(5)));
}

/** Lets the notebook's interrupt stop a search while a cell awaits it; what was found is kept. Returns the search. */
export function interruptible<Interrupted extends Search>(search: Interrupted): Interrupted {
  const stopOnInterrupt = (): void => {
    const kernel = (globalThis as { [KERNEL]?: { readonly interruptSignal: AbortSignal } })[KERNEL];
    kernel?.interruptSignal.addEventListener("abort", () => search.stop(), { once: true });
  };
  const { then } = search;
  stopOnInterrupt();
  // biome-ignore lint/suspicious/noThenProperty: a search is awaitable by design
  return Object.defineProperty(search, "then", {
    enumerable: false,
    value: (...handlers: Parameters<Search["then"]>) => {
      stopOnInterrupt();
      return then.apply(search, handlers);
    },
  });
}
