import { RotoscopeError } from "@rotoscope/core";

/** Throws a `RotoscopeError` (`argument`) unless `path` is the name of a file. */
export function checkPath(path: unknown): void {
  if (typeof path !== "string" || path === "") throw wrongArgument("path", path, "the name of a file");
}

/** Throws a `RotoscopeError` (`argument`) unless `bytes` are a `Uint8Array`, of whatever notebook or frame. */
export function checkBytes(bytes: unknown): void {
  if (tagOf(bytes) !== "Uint8Array") throw wrongArgument("bytes", bytes, "a Uint8Array");
}

/** Throws a `RotoscopeError` (`argument`) unless `options` are an object with `names` in it. */
export function checkOptions(options: unknown, ...names: readonly string[]): void {
  if (typeof options !== "object" || options === null || Array.isArray(options))
    throw wrongArgument("options", options, names.length === 0 ? "an object" : `an object with ${names.join(", ")}`);
}

/** Throws a `RotoscopeError` (`argument`) unless `values` are three finite numbers from `least` on. */
export function checkTriple(what: string, values: unknown, least: number = Number.NEGATIVE_INFINITY): void {
  const isTriple = Array.isArray(values) && values.length === 3;
  if (!isTriple || !values.every((value) => Number.isFinite(value) && value >= least))
    throw wrongArgument(what, values, `three numbers${least === 0 ? " from 0 on" : least === 1 ? " from 1 on" : ""}`);
}

/** Throws a `RotoscopeError` (`argument`) unless `values` are an array, of what is `expected`. */
export function checkList(what: string, values: unknown, expected: string): void {
  if (!Array.isArray(values)) throw wrongArgument(what, values, expected);
}

/** Throws a `RotoscopeError` (`argument`) unless `array` has a typed array of one of `kinds` and a shape. */
export function checkArray(what: string, array: unknown, kinds: readonly string[]): void {
  const { data, shape } = (array ?? {}) as { readonly data?: unknown; readonly shape?: unknown };
  if (!kinds.includes(tagOf(data)) || !Array.isArray(shape))
    throw wrongArgument(
      what,
      data === undefined ? array : data,
      `an array with a shape and data in a ${kinds.join(" or ")}`,
    );
}

/** Throws a `RotoscopeError` (`argument`) unless `list` has picks and the matrices of rotations. */
export function checkPicks(picks: unknown, rotationMapping: unknown): void {
  checkList("picks", picks, "an array of picks");
  if (tagOf(rotationMapping) !== "Map")
    throw wrongArgument("rotationMapping", rotationMapping, "a Map of rotation indices to matrices");
}

/** The error for an argument that is something else than what was expected. */
export function wrongArgument(what: string, value: unknown, expected: string): RotoscopeError {
  return new RotoscopeError("argument", `${what}: ${told(value)}, expected ${expected}`);
}

/** The class of a value, which `instanceof` doesn't tell across notebooks, frames and workers. */
export function tagOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice(8, -1);
}

function told(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.slice(0, 40));
  if (Array.isArray(value) && value.length <= 9) return `[${value.map(told).join(", ").slice(0, 80)}]`;
  if (Array.isArray(value) || ArrayBuffer.isView(value)) return `${tagOf(value)} of ${(value as Uint8Array).length}`;
  if (typeof value === "object" && value !== null)
    return `${tagOf(value)} {${Object.keys(value).slice(0, 5).join(", ")}}`;
  return typeof value === "function" ? "a function" : String(value);
}
