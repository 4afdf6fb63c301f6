import type { Search } from "@rotoscope/matching";
import { show, type Viewable } from "@rotoscope/widgets";

/** By this method a value displays itself when it is the last expression of a notebook cell. */
const DISPLAY: unique symbol = Symbol.for("Jupyter.display") as typeof DISPLAY;
const KERNEL: unique symbol = Symbol.for("jupyter.kernel") as typeof KERNEL;

/** Lets `subject`, alone at the end of a notebook cell, display as `show(subject)`. Returns it. */
export function displayable<Subject extends Viewable>(subject: Subject): Subject {
  return Object.defineProperty(subject, DISPLAY, { value: () => show(subject), enumerable: false });
}

/** Lets the notebook's interrupt stop a search while a cell awaits it; what was found is kept. Returns the search. */
export function interruptible(search: Search): Search {
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
