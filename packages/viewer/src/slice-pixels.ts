import type { ColorTable } from "./color-tables.js";
import type { HeldPlane } from "./held-planes.js";
import { blendOver, paintRotations, paintValues, transposePixels } from "./paint-plane.js";

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

/** The target's plane under another map's. */
export interface Underlay {
  readonly plane: HeldPlane;
  readonly scale: ColorScale;
  readonly opacity: number;
}

/**
 * Colours a plane, over the target's where there is an underlay. The x slice (axis 2) is turned over, so that z runs to the right. The pixels of an `earlier` slice
 * along that axis are painted over, which is quicker than new ones.
 */
export function slicePixels(
  { values, shape: [rows, columns], axis }: HeldPlane,
  scale: ColorScale | null,
  underlay: Underlay | null = null,
  earlier?: SlicePixels,
): SlicePixels {
  const reused = axis !== 2 && earlier?.pixels.length === rows * columns ? earlier.pixels : null;
  const pixels = reused ?? new Uint32Array(rows * columns);
  if (values instanceof Int32Array) paintRotations(values, pixels);
  else if (scale) paintValues(values, scale.range, scale.table, pixels);
  else pixels.fill(0);
  if (underlay && underlay.plane.values instanceof Float32Array) {
    const below = new Uint32Array(rows * columns);
    paintValues(underlay.plane.values, underlay.scale.range, underlay.scale.table, below);
    blendOver(
      pixels,
      below,
      underlay.opacity,
      values instanceof Float32Array && scale ? { values, range: scale.range } : null,
    );
  }
  if (axis !== 2) return { pixels, rows, columns };
  return { pixels: transposePixels(pixels, rows, columns), rows: columns, columns: rows };
}
