import Plotly, { type PlotlyElement } from "plotly.js/lib/core";
import { type ExportFormat, exportFigure } from "./export-figure.js";
import {
  AXES,
  AXIS_IDS,
  AXIS_NAMES,
  describeFigure,
  type FigureSpec,
  SLICE_AXES,
  type SliceViews,
} from "./figure-description.js";
import { type FigureLayout, figureLayout } from "./figure-layout.js";
import { type FigurePointer, followPointer, type PointerEvents } from "./figure-pointer.js";
import { type FigureZoom, movedZoom, wholeZoom, zoomedSlice } from "./figure-zoom.js";
import { type ScaleBar, scaleBar } from "./scale-bar.js";
import { type SliceCanvas, sliceCanvas } from "./slice-canvas.js";
import { sliceLabel } from "./slice-label.js";
import { isNearPlane, PICK_SIZE } from "./slice-overlay.js";
import type { SlicePixels } from "./slice-pixels.js";

/** Three linked slices with axes, cross-hairs, picks, scale bars and a colour bar. */
export interface SliceFigure {
  /** Draws axes and colour bar; keeps zoom as long as the shape stays. */
  show(spec: FigureSpec): Promise<void>;
  /** Shows the slice cut along axis 0 (z), 1 (y) or 2 (x). */
  draw(axis: 0 | 1 | 2, slice: SlicePixels): void;
  /** Moves the cross-hairs and shows the picks near the three planes. */
  moveTo(slices: readonly [number, number, number]): void;
  /** Shows the first `count` picks but those that `removed` holds; `selected` stands out. */
  choose(count: number, removed: ReadonlySet<number>, selected: number | null): void;
  /** Shows `factor` times as much, about the cross-hair where it is in view; null = all. */
  zoom(factor: number | null): void;
  /** Whether dragging pans, or draws the box to zoom into. */
  setPan(pan: boolean): void;
  /** The figure as a data URL. */
  image(format: ExportFormat): Promise<string>;
  destroy(): void;
}

/** What a figure tells its owner. */
export interface FigureEvents extends PointerEvents {
  onEnlarge(axis: 0 | 1 | 2): void;
}

const CONFIG = { displayModeBar: false, displaylogo: false, responsive: false, showTips: false, doubleClick: false };
/** Of a slice's width. */
const SCALE_BAR_SHARE = 0.3;
/** In pixels: a smaller slice has no room for it. */
const SMALLEST_FOR_BAR = 70;

/** Builds a figure in `host`. */
export function sliceFigure(host: HTMLElement, { onClick, onPointer, onEnlarge }: FigureEvents): SliceFigure {
  const { ownerDocument: document } = host;
  const plot = document.createElement("div");
  host.append(plot);
  const canvases = AXES.map(() => sliceCanvas(document)) as [SliceCanvas, SliceCanvas, SliceCanvas];
  const labels = AXES.map((axis) => sliceLabel(document, axis, () => onEnlarge(axis)));
  let gd: PlotlyElement | null = null;
  let spec: FigureSpec | null = null;
  let layout: FigureLayout | null = null;
  let slices: readonly [number, number, number] = [0, 0, 0];
  let chosen = { count: 0, removed: new Set<number>() as ReadonlySet<number>, selected: null as number | null };
  let zoom: FigureZoom = wholeZoom([1, 1, 1]);
  let pan = false;
  let linking = false;

  function axesOf(axis: 0 | 1 | 2) {
    const x = gd?._fullLayout[`xaxis${AXIS_IDS[axis]}`];
    const y = gd?._fullLayout[`yaxis${AXIS_IDS[axis]}`];
    return layout?.boxes[axis] && x && y ? { x, y } : null;
  }

  function place(): void {
    if (!spec || !layout) return;
    for (const axis of AXES) {
      const box = layout.boxes[axis];
      canvases[axis].element.hidden = labels[axis]!.element.hidden = box === null;
      const axes = axesOf(axis);
      if (!box || !axes) continue;
      const { x, y } = axes;
      canvases[axis].place(
        { left: x._offset, top: y._offset, width: x._length, height: y._length },
        { start: x.r2p(0), scale: x.r2p(1) - x.r2p(0) },
        { start: y.r2p(0), scale: y.r2p(1) - y.r2p(0) },
      );
      Object.assign(labels[axis]!.element.style, { left: `${box.left}px`, top: `${box.top - 24}px` });
      labels[axis]!.element.hidden = spec.shape[0] === 1;
      labels[axis]!.setEnlarged(spec.enlarged === axis);
    }
    drawOver();
  }

  function drawOver(): void {
    if (!spec || !layout) return;
    const { picks } = spec;
    for (const axis of AXES) {
      if (!axesOf(axis)) continue;
      const { right, down } = SLICE_AXES[axis];
      const flat = (index: number) => [picks[index]!.position[right], picks[index]!.position[down]] as const;
      const near = nearPicks(axis).map(flat);
      const { selected } = chosen;
      const marked = selected !== null && picks[selected] && isNear(selected, axis) ? flat(selected) : null;
      canvases[axis].drawOver({
        crossHair: [slices[right], slices[down]],
        picks: near,
        selected: marked,
        scaleBar: scaleBarOf(axis),
      });
    }
  }

  function isNear(index: number, axis: 0 | 1 | 2): boolean {
    return isNearPlane(spec!.picks[index]!, axis, slices[axis], layout!.pixelsPerVoxel);
  }

  function nearPicks(axis: 0 | 1 | 2): number[] {
    const near: number[] = [];
    const count = Math.min(chosen.count, spec!.picks.length);
    for (let index = 0; index < count; index++) if (isNear(index, axis) && !chosen.removed.has(index)) near.push(index);
    return near;
  }

  /** Where the axes to the right and down are of one unit. */
  function scaleBarOf(axis: 0 | 1 | 2): ScaleBar | null {
    const { x, y } = axesOf(axis)!;
    if (Math.min(x._length, 1.5 * y._length) < SMALLEST_FOR_BAR) return null;
    const voxels = Math.abs(x.range[1] - x.range[0]);
    return scaleBar(spec!.voxelSizeAngstrom[SLICE_AXES[axis].right], SCALE_BAR_SHARE * voxels);
  }

  /** Plotly's uirevision doesn't keep zoom here: fixing the aspect changes the ranges that it compares. */
  function noteZoom(): void {
    if (!spec || !layout) return;
    const views = AXES.map((axis) => {
      const axes = axesOf(axis);
      return axes && { right: axes.x.range, down: axes.y.range };
    });
    const moved = movedZoom(zoom, spec.shape, views);
    zoom = moved.zoom;
    if (!moved.agree && !linking) {
      linking = true;
      void setRanges().finally(() => {
        linking = false;
      });
    }
  }

  function viewsNow(): SliceViews {
    return AXES.map((axis) => zoomedSlice(zoom, spec!.shape, axis)) as unknown as SliceViews;
  }

  async function setRanges(): Promise<void> {
    if (!spec || !layout || !gd) return;
    const update: Record<string, readonly number[]> = {};
    for (const axis of AXES) {
      if (!layout.boxes[axis]) continue;
      const { right, down } = zoomedSlice(zoom, spec.shape, axis);
      update[`xaxis${AXIS_IDS[axis]}.range`] = right;
      update[`yaxis${AXIS_IDS[axis]}.range`] = down;
    }
    await Plotly.relayout(plot, update);
  }

  function showWhole(): void {
    if (!spec) return;
    zoom = wholeZoom(spec.shape);
    void setRanges();
  }

  function pointerAt({ clientX, clientY }: MouseEvent): FigurePointer | null {
    if (!gd || !spec || !layout) return null;
    const corner = gd.getBoundingClientRect();
    const [left, top] = [clientX - corner.left, clientY - corner.top];
    for (const axis of AXES) {
      const axes = axesOf(axis);
      if (!axes) continue;
      const [across, along] = [left - axes.x._offset, top - axes.y._offset];
      if (across < 0 || along < 0 || across > axes.x._length || along > axes.y._length) continue;
      const { right, down } = SLICE_AXES[axis];
      const position: [number, number, number] = [...slices];
      position[right] = clampVoxel(axes.x.p2r(across), spec.shape[right]);
      position[down] = clampVoxel(axes.y.p2r(along), spec.shape[down]);
      const { picks } = spec;
      const pick = nearPicks(axis).find((index) => {
        const { position: at } = picks[index]!;
        return Math.hypot(axes.x.r2p(at[right]) - across, axes.y.r2p(at[down]) - along) <= PICK_SIZE / 2;
      });
      return { position, pick: pick ?? null };
    }
    return null;
  }

  const stopPointer = followPointer(plot, pointerAt, { onClick, onPointer });

  function follow(element: PlotlyElement): void {
    element
      .querySelector(".svg-container")!
      .prepend(...canvases.map((canvas) => canvas.element), ...labels.map((label) => label.element));
    element.on("plotly_relayouting", place);
    element.on("plotly_relayout", () => {
      noteZoom();
      place();
    });
    element.on("plotly_afterplot", place);
    element.on("plotly_doubleclick", showWhole);
  }

  return {
    async show(next) {
      if (spec?.shape.join() !== next.shape.join()) zoom = wholeZoom(next.shape);
      spec = next;
      layout = figureLayout(next.shape, next.width, next.maxHeight, next.enlarged);
      const figure = describeFigure(next, layout, viewsNow());
      figure.layout.dragmode = pan ? "pan" : "zoom";
      if (gd) await Plotly.react(plot, figure.data, figure.layout, CONFIG);
      else {
        gd = await Plotly.newPlot(plot, figure.data, figure.layout, CONFIG);
        follow(gd);
      }
      place();
    },
    draw(axis, slice) {
      canvases[axis].draw(slice);
    },
    moveTo(next) {
      slices = next;
      for (const axis of AXES) labels[axis]!.text.textContent = `${AXIS_NAMES[axis]} ${next[axis]}`;
      drawOver();
    },
    choose(count, removed, selected) {
      chosen = { count, removed, selected };
      drawOver();
    },
    zoom(factor) {
      if (factor === null || !spec) return showWhole();
      const { shape } = spec;
      const isInView = AXES.every(
        (axis) => Math.abs(slices[axis] - zoom.center[axis]) <= (zoom.share * shape[axis]) / 2,
      );
      zoom = { share: Math.min(2, zoom.share * factor), center: isInView ? slices : zoom.center };
      void setRanges();
    },
    setPan(next) {
      pan = next;
      if (gd) void Plotly.relayout(plot, { dragmode: pan ? "pan" : "zoom" });
    },
    image(format) {
      if (!spec || !layout || !gd) return Promise.reject(new Error("There is nothing to export yet."));
      const slicesShown = AXES.map((axis) => ({
        canvas: canvases[axis].canvas,
        picks: axesOf(axis) ? nearPicks(axis).map((index) => spec!.picks[index]!) : [],
        scaleBar: axesOf(axis) ? scaleBarOf(axis) : null,
      }));
      return exportFigure({ spec, layout, views: viewsNow(), slices, shown: slicesShown, format });
    },
    destroy() {
      stopPointer();
      if (gd) Plotly.purge(plot);
      gd = null;
      plot.remove();
    },
  };
}

function clampVoxel(value: number, size: number): number {
  return Math.min(size - 1, Math.max(0, Math.round(value)));
}
