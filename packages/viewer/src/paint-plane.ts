import { type ColorTable, rotationColor } from "./color-tables.js";

/** Colours `values` (any length) into `pixels`: `low` and below get the first entry of `table`, `high` and above its last, NaN its own colour. */
export function paintValues(
  values: Float32Array,
  [low, high]: readonly [number, number],
  table: ColorTable,
  pixels: Uint32Array,
): void {
  const { words, missing } = table;
  const scale = high > low ? 255.999 / (high - low) : 0;
  for (let i = 0; i < values.length; i++) {
    const entry = (values[i]! - low) * scale;
    pixels[i] = entry >= 255 ? words[255]! : entry >= 0 ? words[entry | 0]! : entry < 0 ? words[0]! : missing;
  }
}

/** Colours rotation indices; none (-1) is transparent. */
export function paintRotations(indices: Int32Array, pixels: Uint32Array): void {
  for (let i = 0; i < indices.length; i++) pixels[i] = rotationColor(indices[i]!);
}

/** Exchanges rows and columns of a plane of `rows` x `columns`. */
export function transposePixels(pixels: Uint32Array, rows: number, columns: number): Uint32Array {
  const out = new Uint32Array(pixels.length);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) out[column * rows + row] = pixels[row * columns + column]!;
  return out;
}

/**
 * Blends `pixels` over `below`, in place, as opaque as `opacity`; where they stand for `scores`, the lower a score is in its range, the less.
 * Transparent pixels and NaN show what is below.
 */
export function blendOver(
  pixels: Uint32Array,
  below: Uint32Array,
  opacity: number,
  scores: { readonly values: Float32Array; readonly range: readonly [number, number] } | null,
): void {
  const [low, high] = scores?.range ?? [0, 1];
  const scale = high > low ? 1 / (high - low) : 0;
  for (let i = 0; i < pixels.length; i++) {
    const over = pixels[i]!;
    const under = below[i]!;
    const part = scores ? Math.min(1, Math.max(0, (scores.values[i]! - low) * scale)) : 1;
    const weight = over >>> 24 === 0 || Number.isNaN(part) ? 0 : Math.round(256 * opacity * part);
    const rest = 256 - weight;
    // Red and blue at once, 8 bits apart from each other.
    const redBlue =
      ((((over & 0xff00ff) * weight) >>> 8) & 0xff00ff) + ((((under & 0xff00ff) * rest) >>> 8) & 0xff00ff);
    const green = ((over & 0xff00) * weight + (under & 0xff00) * rest) >>> 8;
    pixels[i] = (0xff000000 | (redBlue & 0xff00ff) | (green & 0xff00)) >>> 0;
  }
}
