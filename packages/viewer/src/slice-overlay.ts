import type { ViewPick } from "@rotoscope/arrow/messages";
import type { ScaleBar } from "./scale-bar.js";

/** How voxels to the right and down lie in a slice's area: pixel = start + scale * voxel. */
export interface VoxelScale {
  readonly start: number;
  readonly scale: number;
}

/** What is drawn over the pixels of a slice. */
export interface Overlay {
  readonly right: VoxelScale;
  readonly down: VoxelScale;
  /** The voxel under the cross-hair. */
  readonly crossHair: readonly [right: number, down: number];
  /** Picks to draw, as positions to the right and down. */
  readonly picks: readonly (readonly [right: number, down: number])[];
  readonly selected: readonly [right: number, down: number] | null;
  readonly scaleBar: ScaleBar | null;
}

/** Diameter of a pick's circle, in CSS pixels. */
export const PICK_SIZE = 13;
export const CROSS_HAIR = "rgba(255,84,64,0.8)";
const BAR_INSET = 10;

/** Draws cross-hair, picks and scale bar into an area of `width` x `height` CSS pixels, which is emptied first. */
export function drawOverlay(
  context: CanvasRenderingContext2D,
  width: number,
  height: number,
  { right, down, crossHair, picks, selected, scaleBar }: Overlay,
): void {
  context.clearRect(0, 0, width, height);
  const x = right.start + right.scale * crossHair[0];
  const y = down.start + down.scale * crossHair[1];
  for (const [color, lineWidth] of [
    ["rgba(0,0,0,0.35)", 3],
    [CROSS_HAIR, 1],
  ] as const) {
    context.strokeStyle = color;
    context.lineWidth = lineWidth;
    context.beginPath();
    context.moveTo(x, 0);
    context.lineTo(x, height);
    context.moveTo(0, y);
    context.lineTo(width, y);
    context.stroke();
  }

  ring(context, picks, right, down, "rgba(0,0,0,0.7)", 3.2);
  ring(context, picks, right, down, "#fff", 1.6);
  if (selected) {
    ring(context, [selected], right, down, "#000", 5);
    ring(context, [selected], right, down, "#ffd23e", 2.6);
  }
  if (scaleBar) drawScaleBar(context, height, scaleBar, scaleBar.voxels * Math.abs(right.scale));
}

/** Whether a pick is close enough to the plane `index` along `axis` to be drawn in it. */
export function isNearPlane(pick: ViewPick, axis: 0 | 1 | 2, index: number, pixelsPerVoxel: number): boolean {
  return Math.abs(pick.position[axis] - index) <= Math.max(1, PICK_SIZE / 2 / pixelsPerVoxel);
}

function ring(
  context: CanvasRenderingContext2D,
  picks: Overlay["picks"],
  right: VoxelScale,
  down: VoxelScale,
  color: string,
  lineWidth: number,
): void {
  context.strokeStyle = color;
  context.lineWidth = lineWidth;
  context.beginPath();
  for (const [across, along] of picks) {
    const x = right.start + right.scale * across;
    const y = down.start + down.scale * along;
    context.moveTo(x + PICK_SIZE / 2, y);
    context.arc(x, y, PICK_SIZE / 2, 0, 2 * Math.PI);
  }
  context.stroke();
}

function drawScaleBar(context: CanvasRenderingContext2D, height: number, { text }: ScaleBar, length: number): void {
  const y = height - BAR_INSET;
  context.font = "600 11px system-ui, sans-serif";
  const width = Math.max(length, context.measureText(text).width);
  context.fillStyle = "rgba(0,0,0,0.55)";
  context.fillRect(BAR_INSET - 5, y - 19, width + 10, 25);
  context.fillStyle = "#fff";
  context.fillRect(BAR_INSET, y - 1, length, 3);
  context.fillText(text, BAR_INSET, y - 6);
}
