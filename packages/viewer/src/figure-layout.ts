/** Where one of the three slices stands in the figure, in CSS pixels from its top left corner. */
export interface SliceBox {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** The figure: `boxes` of the slices cut along z, y and x (null where the volume has one plane only). */
export interface FigureLayout {
  readonly width: number;
  readonly height: number;
  readonly pixelsPerVoxel: number;
  readonly boxes: readonly [SliceBox, SliceBox | null, SliceBox | null];
}

const LEFT = 44;
const BOTTOM = 34;
const TOP = 20;
const GAP = 26;
const COLOR_BAR = 66;

/**
 * Places the slices at one scale within `width` and `maxHeight`. The z slice (x to the right, y down) has the x slice (z to the right)
 * beside it and the y slice (z down) below it, or all three stand in a row, whichever shows larger voxels.
 */
export function figureLayout(
  [nz, ny, nx]: readonly [number, number, number],
  width: number,
  maxHeight: number,
): FigureLayout {
  const room = width - LEFT - COLOR_BAR;
  if (nz === 1) {
    const scale = Math.min(room / nx, (maxHeight - TOP - BOTTOM) / ny);
    const box = { left: LEFT, top: TOP, width: nx * scale, height: ny * scale };
    return { width, height: box.height + TOP + BOTTOM, pixelsPerVoxel: scale, boxes: [box, null, null] };
  }
  const squareScale = Math.min((room - GAP - LEFT) / (nx + nz), (maxHeight - 2 * TOP - BOTTOM - GAP) / (ny + nz));
  const rowScale = Math.min((room - 2 * (GAP + LEFT)) / (2 * nx + nz), (maxHeight - TOP - BOTTOM) / Math.max(ny, nz));
  const inRow = rowScale > squareScale;
  const scale = Math.max(8 / Math.max(nx, ny), inRow ? rowScale : squareScale);
  const [z, y, x] = [nz * scale, ny * scale, nx * scale];

  const zBox = { left: LEFT, top: TOP, width: x, height: y };
  const xBox = { left: LEFT + x + GAP + LEFT, top: TOP, width: z, height: y };
  const yBox = inRow
    ? { left: xBox.left + z + GAP + LEFT, top: TOP, width: x, height: z }
    : { left: LEFT, top: TOP + y + GAP + TOP, width: x, height: z };
  const height = (inRow ? Math.max(y, z) : yBox.top - TOP + z) + TOP + BOTTOM;
  return { width, height, pixelsPerVoxel: scale, boxes: [zBox, yBox, xBox] };
}
