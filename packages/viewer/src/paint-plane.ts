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
