import { RotoscopeError } from "./errors.js";

/** Throws a `RotoscopeError` (`argument`) that names `name` and its value unless it is an object, such as options; `expected` says what it should be. */
export function checkObject(name: string, value: unknown, expected: string): void {
  if (typeof value !== "object" || value === null)
    throw new RotoscopeError("argument", `${name}: ${String(value)}, expected ${expected}`);
}

/** Throws a `RotoscopeError` (`argument`) that names `name` and its value unless it is an array, typed or plain. */
export function checkList(name: string, value: unknown, expected: string): void {
  if (!Array.isArray(value) && !ArrayBuffer.isView(value))
    throw new RotoscopeError("argument", `${name}: ${String(value)}, expected ${expected}`);
}
