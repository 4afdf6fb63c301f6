import { exactSum } from "@rotoscope/core";
import type { ImprovementReference } from "./improvement-file.node.js";
import { JsonFields } from "./json-fields.js";
import type { SearchState } from "./search-state.js";

/** What the JSON of a state says beside a result's. */
export interface StateProgress
  extends Pick<SearchState, "rotationCount" | "done" | "squaresByRotation" | "fingerprint" | "elapsedSeconds"> {
  /** The analyzer's exact sum of squares. */
  readonly squares: BigInt64Array;
  readonly improvements: ImprovementReference | null;
  /** Name of the file that holds what analyzers have found. */
  readonly analyzers: string | null;
}

/** The `state` of the JSON. */
export function encodeProgress(progress: StateProgress): Record<string, unknown> {
  const { squares, squaresByRotation, ...plain } = progress;
  return { ...plain, squares: Array.from(squares, String), squaresByRotation: Array.from(squaresByRotation) };
}

/** Reads what `encodeProgress` wrote. Throws a `RotoscopeError` (`file`) that names the field. */
export function decodeProgress(json: Readonly<Record<string, unknown>>, name: string): StateProgress {
  const whole = new JsonFields(json, name);
  const fields = new JsonFields(whole.record("state") ?? whole.fail("state"), name);
  const rotationCount = fields.integer("rotationCount", 0);
  const done = fields.list("done");
  if (!areRanges(done, rotationCount)) return fields.fail("done");
  const squares = exactSum();
  const lanes = fields.list("squares");
  if (lanes.length !== squares.length || !lanes.every((lane) => /^\d{1,18}$/.test(String(lane))))
    fields.fail("squares");
  lanes.forEach((lane, index) => {
    squares[index] = BigInt(String(lane));
  });
  const found = fields.record("improvements") as ImprovementReference | null;
  const valid = found === null || (/^[^/\\]+$/.test(found.file) && Number.isSafeInteger(found.bytes));
  const { analyzers = null } = whole.record("state") as { analyzers?: string | null };
  if (analyzers !== null && !(typeof analyzers === "string" && /^[^/\\]+$/.test(analyzers))) fields.fail("analyzers");
  return {
    rotationCount,
    done,
    squares,
    analyzers,
    squaresByRotation: Float64Array.from(
      fields.numbers("squaresByRotation", rotationCount, rotationCount, (square) => square >= 0),
    ),
    fingerprint: fields.text("fingerprint"),
    elapsedSeconds: fields.number("elapsedSeconds"),
    improvements: valid ? found : fields.fail("improvements"),
  };
}

/** Whether these are disjoint ranges below `count` that don't part the rotations 2k and 2k + 1, which are scored together. */
function areRanges(found: readonly unknown[], count: number): found is [number, number][] {
  let end = 0;
  return [...found]
    .map((range) => (Array.isArray(range) && range.length === 2 ? range : [Number.NaN, Number.NaN]))
    .sort(([a], [b]) => a - b)
    .every(([from, to]) => {
      const fits = Number.isSafeInteger(to) && from % 2 === 0 && (to % 2 === 0 || to === count);
      const inOrder = from >= end && to > from && to <= count;
      end = to;
      return fits && inOrder;
    });
}
