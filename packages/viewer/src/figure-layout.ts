/** Where one of the three slices stands in the figure, in CSS pixels from its top left corner. */
export interface SliceBox {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** The figure: `boxes` of the slices cut along z, y and x; null for one that isn't shown. */
export interface FigureLayout {
  readonly width: number;
  readonly height: number;
  readonly pixelsPerVoxel: number;
  readonly boxes: readonly [SliceBox | null, SliceBox | null, SliceBox | null];
}

/** Room for tick labels and title left of and below a slice, for the label above it, between slices that share an axis, and for the colour bar. */
const LEFT = 48;
const BOTTOM = 34;
const TOP = 26;
const GAP = 14;
const COLOR_BAR = 72;

/**
 * Places the slices at one scale within `width` and `maxHeight`. The z slice (x to the right, y down) has the x slice (z to the right)
 * beside it, sharing its y axis. The y slice (z down) stands below it, sharing its x axis, or further right, whichever shows larger voxels.
 * Of a volume with one plane only that is shown; of another only the slice cut along `enlarged`, if given.
 */
export function figureLayout(
  [nz, ny, nx]: readonly [number, number, number],
  width: number,
  maxHeight: number,
  enlarged: 0 | 1 | 2 | null = null,
): FigureLayout {
  const roomAcross = width - LEFT - COLOR_BAR;
  const roomDown = maxHeight - TOP - BOTTOM;
  const only = nz === 1 ? 0 : enlarged;
  if (only !== null) {
    const [right, down] = only === 0 ? [nx, ny] : only === 1 ? [nx, nz] : [nz, ny];
    const scale = Math.min(roomAcross / right, roomDown / down);
    const box = { left: LEFT, top: TOP, width: right * scale, height: down * scale };
    const boxes: [SliceBox | null, SliceBox | null, SliceBox | null] = [null, null, null];
    boxes[only] = box;
    return { width, height: box.height + TOP + BOTTOM, pixelsPerVoxel: scale, boxes };
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
