import type { MapName, ViewDescription } from "@rotoscope/arrow/messages";
import { type ColorTable, greyTable, viridisTable } from "./color-tables.js";
import { paintRotations, paintValues, transposePixels } from "./paint-plane.js";

/** Pixels (RGBA words) as a slice shows them. */
export interface SlicePixels {
  readonly pixels: Uint32Array;
  readonly rows: number;
  readonly columns: number;
}

/** How a map with a colour scale is drawn; rotations have none. */
export interface ColorScale {
  readonly table: ColorTable;
  readonly range: readonly [number, number];
  readonly title: string;
}

/** The colour scale of `map`, with the description's limits, or 0 to 1 where those are missing or empty; null for rotations. */
export function colorScale(map: MapName, { ranges }: ViewDescription): ColorScale | null {
  if (map === "rotations") return null;
  const range = ranges[map];
  const table = map === "scores" ? viridisTable() : greyTable();
  return { table, range: range && range[1] > range[0] ? range : [0, 1], title: map === "scores" ? "score" : "target" };
}

/** Colours a plane of `rows` x `columns` cut along `axis`. The x slice (axis 2) is turned over, so that z runs to the right. */
export function slicePixels(
  values: Float32Array | Int32Array,
  [rows, columns]: readonly [number, number],
  axis: 0 | 1 | 2,
  scale: ColorScale | null,
): SlicePixels {
  const pixels = new Uint32Array(rows * columns);
  if (values instanceof Int32Array) paintRotations(values, pixels);
  else if (scale) paintValues(values, scale.range, scale.table, pixels);
  if (axis !== 2) return { pixels, rows, columns };
  return { pixels: transposePixels(pixels, rows, columns), rows: columns, columns: rows };
}
