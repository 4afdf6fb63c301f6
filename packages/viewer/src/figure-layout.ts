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

/** Room for tick labels and title left of and below a slice, for the label above it, between slices that share an axis, and for the colour bar. */
const LEFT = 44;
const BOTTOM = 34;
const TOP = 20;
const GAP = 14;
const COLOR_BAR = 70;

/**
 * Places the slices at one scale within `width` and `maxHeight`. The z slice (x to the right, y down) has the x slice (z to the right)
 * beside it, sharing its y axis. The y slice (z down) stands below it, sharing its x axis, or further right, whichever shows larger voxels.
 */
export function figureLayout(
  [nz, ny, nx]: readonly [number, number, number],
  width: number,
  maxHeight: number,
): FigureLayout {
  const roomAcross = width - LEFT - COLOR_BAR;
  const roomDown = maxHeight - TOP - BOTTOM;
  if (nz === 1) {
    const scale = Math.min(roomAcross / nx, roomDown / ny);
    const box = { left: LEFT, top: TOP, width: nx * scale, height: ny * scale };
    return { width, height: box.height + TOP + BOTTOM, pixelsPerVoxel: scale, boxes: [box, null, null] };
  }
  const below = Math.min((roomAcross - GAP) / (nx + nz), (roomDown - TOP - GAP) / (ny + nz));
  const inRow = Math.min((roomAcross - 2 * GAP - LEFT) / (2 * nx + nz), roomDown / Math.max(ny, nz));
  const scale = Math.max(below, inRow);
  const [z, y, x] = [nz * scale, ny * scale, nx * scale];

  const zBox = { left: LEFT, top: TOP, width: x, height: y };
  const xBox = { left: LEFT + x + GAP, top: TOP, width: z, height: y };
  const yBox =
    inRow >= below
      ? { left: xBox.left + z + GAP + LEFT, top: TOP, width: x, height: z }
      : { left: LEFT, top: TOP + y + GAP + TOP, width: x, height: z };
  const height = Math.max(yBox.top + z, TOP + y) + BOTTOM;
  return { width, height, pixelsPerVoxel: scale, boxes: [zBox, yBox, xBox] };
}
