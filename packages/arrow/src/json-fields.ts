import { RotoscopeError } from "@rotoscope/core";

/** Takes typed values out of a file's JSON. Everything throws a `RotoscopeError` (`file`) that names file, field and value. */
export class JsonFields {
  readonly #json: Readonly<Record<string, unknown>>;
  readonly #name: string;

  constructor(json: Readonly<Record<string, unknown>>, name: string) {
    this.#json = json;
    this.#name = name;
  }

  /** A whole number of at least `least`. */
  integer(field: string, least: number): number {
    const found = this.#json[field];
    return Number.isSafeInteger(found) && (found as number) >= least ? (found as number) : this.fail(field);
  }

  /** `least` to `most` numbers that are all `valid`. */
  numbers(field: string, least: number, most: number, valid: (value: number) => boolean): number[] {
    const found = this.#json[field];
    const fits = Array.isArray(found) && found.length >= least && found.length <= most;
    return fits && found.every((value) => typeof value === "number" && valid(value)) ? found : this.fail(field);
  }

  /** A number that JSON may hold as text, because it is infinite, or as null, which is NaN. */
  number(field: string): number {
    const found = this.#json[field];
    if (found === null) return Number.NaN;
    const value = typeof found === "number" ? found : { Infinity: Infinity, "-Infinity": -Infinity }[String(found)];
    return value ?? this.fail(field);
  }

  list(field: string): readonly unknown[] {
    const found = this.#json[field];
    return Array.isArray(found) ? found : this.fail(field);
  }

  text(field: string): string {
    const found = this.#json[field];
    return typeof found === "string" ? found : this.fail(field);
  }

  record(field: string): Readonly<Record<string, unknown>> | null {
    const found = this.#json[field];
    const fits = typeof found === "object" && !Array.isArray(found);
    return fits ? (found as Readonly<Record<string, unknown>> | null) : this.fail(field);
  }

  fail(field: string): never {
    throw new RotoscopeError("file", `${this.#name}: ${field} is ${JSON.stringify(this.#json[field])}`);
  }
}

/** A number as JSON can hold it: infinities as text, NaN as null. */
export function jsonNumber(value: number): number | string | null {
  return Number.isNaN(value) ? null : Number.isFinite(value) ? value : String(value);
}
