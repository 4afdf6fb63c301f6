import { inspect } from "node:util";
import { isTable, tablePreview } from "./table-preview.js";

/** A MIME bundle: MIME type to data (text, JSON, or base64 for binary types). */
export type MimeBundle = Readonly<Record<string, unknown>>;

const DISPLAY = Symbol.for("Jupyter.display");

/**
 * How a value is shown: the bundle that its method `Symbol.for("Jupyter.display")` returns or resolves to, or its
 * inspection as plain text, large values cut. Undefined when the method displayed by itself. The value is never awaited.
 */
export function mimeBundleOf(value: unknown): MimeBundle | undefined | Promise<MimeBundle | undefined> {
  const method = displayMethod(value);
  if (method === undefined) return { "text/plain": plainText(value) };
  const bundle = method.call(value);
  return bundle instanceof Promise ? bundle.then(asBundle) : asBundle(bundle);
}

/** A value as text without ANSI escapes; an Arrow table as a preview. */
export function plainText(value: unknown): string {
  if (isTable(value)) return tablePreview(value);
  return inspect(value, { colors: false, depth: 4, maxArrayLength: 100, maxStringLength: 20_000, breakLength: 100 });
}

/** The bundle with byte arrays as base64, as the protocol wants binary data. */
export function encodeBinary(bundle: MimeBundle): MimeBundle {
  return Object.fromEntries(
    Object.entries(bundle).map(([type, data]) => [
      type,
      data instanceof Uint8Array ? Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("base64") : data,
    ]),
  );
}

/** Whether a value is a plain object whose keys are all MIME types. */
export function isMimeBundle(value: unknown): value is MimeBundle {
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype) return false;
  const types = Object.keys(value);
  return types.length > 0 && types.every((type) => /^[\w.-]+\/[\w.+-]+$/.test(type));
}

function asBundle(value: unknown): MimeBundle | undefined {
  return typeof value === "object" && value !== null ? encodeBinary(value as MimeBundle) : undefined;
}

function displayMethod(value: unknown): ((this: unknown) => unknown) | undefined {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return undefined;
  const method: unknown = (value as Record<symbol, unknown>)[DISPLAY];
  return typeof method === "function" ? (method as (this: unknown) => unknown) : undefined;
}
