import { AXES, SLICE_AXES, type SliceView } from "./figure-description.js";

type Three = readonly [number, number, number];

/**
 * What part of the volume the slices show: the same share of each axis (they have one scale), about a centre. Each axis of the volume belongs to two slices, which
 * show the same of it.
 */
export interface FigureZoom {
  /** Of each axis; 1 = all. */
  readonly share: number;
  /** In voxels (z, y, x). */
  readonly center: Three;
}

/** Shares and centres that differ by less are the same, in voxels. */
const SAME = 0.5;

/** All of the volume. */
export function wholeZoom(shape: Three): FigureZoom {
  return { share: 1, center: shape.map((size) => (size - 1) / 2) as unknown as Three };
}

/** The part of the slice cut along `axis`. */
export function zoomedSlice({ share, center }: FigureZoom, shape: Three, axis: 0 | 1 | 2): SliceView {
  const { right, down } = SLICE_AXES[axis];
  const half = (along: 0 | 1 | 2) => (share * shape[along]) / 2;
  return {
    right: [center[right] - half(right), center[right] + half(right)],
    down: [center[down] + half(down), center[down] - half(down)],
  };
}

/** What slices show after some of them were moved; `views` of those on show. Where two slices disagree, the one that was moved counts. */
export function movedZoom(
  before: FigureZoom,
  shape: Three,
  views: readonly (SliceView | null)[],
): { readonly zoom: FigureZoom; readonly agree: boolean } {
  const center: [number, number, number] = [...before.center];
  let share = before.share;
  let agree = true;
  for (const axis of AXES) {
    const view = views[axis];
    if (!view) continue;
    const { right, down } = SLICE_AXES[axis];
    share = Math.abs(view.right[1] - view.right[0]) / shape[right];
    for (const [along, [from, to]] of [
      [right, view.right],
      [down, view.down],
    ] as const) {
      const middle = (from + to) / 2;
      if (Math.abs(middle - before.center[along]) > SAME / 10) center[along] = middle;
    }
  }
  for (const axis of AXES) {
    const view = views[axis];
    if (!view) continue;
    const wanted = zoomedSlice({ share, center }, shape, axis);
    for (const side of ["right", "down"] as const)
      for (const end of [0, 1] as const) if (Math.abs(view[side][end] - wanted[side][end]) > SAME / 5) agree = false;
  }
  const whole = wholeZoom(shape);
  const isWhole = AXES.every(
    (axis) => Math.abs(center[axis] - whole.center[axis]) < SAME && Math.abs(share - 1) * shape[axis] < SAME,
  );
  return { zoom: isWhole ? whole : { share, center }, agree };
}
