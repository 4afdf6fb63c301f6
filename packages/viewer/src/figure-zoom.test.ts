import { describe, expect, it } from "vitest";
import { movedZoom, wholeZoom, zoomedSlice } from "./figure-zoom.js";

const SHAPE = [36, 206, 94] as const;
const whole = wholeZoom(SHAPE);
const viewsOf = (zoom: typeof whole) => ([0, 1, 2] as const).map((axis) => zoomedSlice(zoom, SHAPE, axis));

describe("what the slices show of the volume", () => {
  it("begins with all of it, voxel edges included", () => {
    expect(zoomedSlice(whole, SHAPE, 0)).toEqual({ right: [-0.5, 93.5], down: [205.5, -0.5] });
    expect(zoomedSlice(whole, SHAPE, 2)).toEqual({ right: [-0.5, 35.5], down: [205.5, -0.5] });
    expect(movedZoom(whole, SHAPE, viewsOf(whole))).toEqual({ zoom: whole, agree: true });
  });

  it("follows the slice that was moved along z, and says that the other has to", () => {
    const near = { share: 0.25, center: [20, 100, 40] as const };
    const views = viewsOf(near);
    const [from, to] = views[2]!.right;
    views[2] = { ...views[2]!, right: [from + 3, to + 3] };
    const { zoom, agree } = movedZoom(near, SHAPE, views);
    expect(agree).toBe(false);
    expect(zoom.center[0]).toBeCloseTo(23, 9);
    expect(movedZoom(zoom, SHAPE, viewsOf(zoom)).agree).toBe(true);
  });

  it("keeps the axis that an enlarged slice doesn't have", () => {
    const near = { share: 0.25, center: [20, 100, 40] as const };
    const closer = { share: 0.1, center: [22, 100, 44] as const };
    const { zoom } = movedZoom(near, SHAPE, [null, zoomedSlice(closer, SHAPE, 1), null]);
    expect(zoom.share).toBeCloseTo(0.1, 9);
    expect(zoom.center.map((middle) => Math.round(middle))).toEqual([22, 100, 44]);
  });
});
