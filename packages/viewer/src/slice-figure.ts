import Plotly, { type PlotlyElement } from "plotly.js/lib/core";
import { type ExportFormat, exportFigure } from "./export-figure.js";
import {
  AXES,
  AXIS_IDS,
  AXIS_NAMES,
  describeFigure,
  type FigureSpec,
  SLICE_AXES,
  type SliceView,
  wholeSlice,
} from "./figure-description.js";
import { type FigureLayout, figureLayout } from "./figure-layout.js";
import { type ScaleBar, scaleBar } from "./scale-bar.js";
import { type SliceCanvas, sliceCanvas } from "./slice-canvas.js";
import { isNearPlane, PICK_SIZE } from "./slice-overlay.js";
import type { SlicePixels } from "./slice-pixels.js";

/** Where the pointer is: a position in voxels (z, y, x; rounded), and the pick under it. */
export interface FigurePointer {
  readonly position: readonly [number, number, number];
  readonly pick: number | null;
}

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
  /** Shows `factor` times as much, about the middle; null = all. */
  zoom(factor: number | null): void;
  /** Whether dragging pans, or draws the box to zoom into. */
  setPan(pan: boolean): void;
  /** The figure as a data URL. */
  image(format: ExportFormat): Promise<string>;
  destroy(): void;
}

/** What a figure tells its owner. */
export interface FigureEvents {
  onClick(pointer: FigurePointer): void;
  /** Null when the pointer leaves the slices. */
  onPointer(pointer: FigurePointer | null): void;
  onEnlarge(axis: 0 | 1 | 2): void;
}

const CONFIG = { displayModeBar: false, displaylogo: false, responsive: false, showTips: false, doubleClick: false };
/** A press that moves less is a click. */
const CLICK_PIXELS = 4;
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
  let views: [SliceView | null, SliceView | null, SliceView | null] = [null, null, null];
  let pan = false;
  let pressed: { readonly x: number; readonly y: number } | null = null;
  let hovering: MouseEvent | null = null;

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
  function noteViews(): void {
    if (!spec || !layout) return;
    for (const axis of AXES) {
      const axes = axesOf(axis);
      if (!axes) continue;
      const whole = wholeSlice(spec.shape, axis);
      const view = { right: axes.x.range, down: axes.y.range };
      const isWhole = (["right", "down"] as const).every((side) =>
        ([0, 1] as const).every((end) => Math.abs(view[side][end] - whole[side][end]) < 0.5),
      );
      views[axis] = isWhole ? null : { right: [...view.right], down: [...view.down] };
    }
  }

  function setRanges(view: (axis: 0 | 1 | 2) => SliceView): void {
    if (!spec || !layout || !gd) return;
    const update: Record<string, readonly number[]> = {};
    for (const axis of AXES) {
      if (!layout.boxes[axis]) continue;
      const { right, down } = view(axis);
      update[`xaxis${AXIS_IDS[axis]}.range`] = right;
      update[`yaxis${AXIS_IDS[axis]}.range`] = down;
    }
    void Plotly.relayout(plot, update);
  }

  function showWhole(): void {
    setRanges((axis) => wholeSlice(spec!.shape, axis));
  }

  function pointerAt({ clientX, clientY }: { clientX: number; clientY: number }): FigurePointer | null {
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

  function onMove(event: PointerEvent): void {
    if (event.buttons !== 0) return;
    if (hovering === null) requestAnimationFrame(tellPointer);
    hovering = event;
  }
  function tellPointer(): void {
    if (hovering && gd) onPointer(pointerAt(hovering));
    hovering = null;
  }
  function onDown(event: PointerEvent): void {
    pressed = event.button === 0 ? { x: event.clientX, y: event.clientY } : null;
  }
  function onUp(event: PointerEvent): void {
    if (!pressed || Math.hypot(event.clientX - pressed.x, event.clientY - pressed.y) > CLICK_PIXELS) return;
    pressed = null;
    const pointer = pointerAt(event);
    if (pointer) onClick(pointer);
  }
  plot.addEventListener("pointermove", onMove);
  plot.addEventListener("pointerleave", () => onPointer(null));
  plot.addEventListener("pointerdown", onDown, { capture: true });
  document.addEventListener("pointerup", onUp, { capture: true });

  function follow(element: PlotlyElement): void {
    element
      .querySelector(".svg-container")!
      .prepend(...canvases.map((canvas) => canvas.element), ...labels.map((label) => label.element));
    element.on("plotly_relayouting", place);
    element.on("plotly_relayout", () => {
      noteViews();
      place();
    });
    element.on("plotly_afterplot", place);
    element.on("plotly_doubleclick", showWhole);
  }

  return {
    async show(next) {
      if (spec?.shape.join() !== next.shape.join() || spec.enlarged !== next.enlarged) views = [null, null, null];
      spec = next;
      layout = figureLayout(next.shape, next.width, next.maxHeight, next.enlarged);
      const figure = describeFigure(next, layout, views);
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
      if (factor === null) return showWhole();
      const about = (middle: number, [from, to]: readonly [number, number]): [number, number] => {
        const half = ((to - from) * factor) / 2;
        return [middle - half, middle + half];
      };
      setRanges((axis) => {
        const { x, y } = axesOf(axis)!;
        const { right, down } = SLICE_AXES[axis];
        return { right: about(slices[right], x.range), down: about(slices[down], y.range) };
      });
    },
    setPan(next) {
      pan = next;
      if (gd) void Plotly.relayout(plot, { dragmode: pan ? "pan" : "zoom" });
    },
    image(format) {
      if (!spec || !layout || !gd) return Promise.reject(new Error("There is nothing to export yet."));
      noteViews();
      const slicesShown = AXES.map((axis) => ({
        canvas: canvases[axis].canvas,
        picks: axesOf(axis) ? nearPicks(axis).map((index) => spec!.picks[index]!) : [],
        scaleBar: axesOf(axis) ? scaleBarOf(axis) : null,
      }));
      return exportFigure({ spec, layout, views, slices, shown: slicesShown, format });
    },
    destroy() {
      document.removeEventListener("pointerup", onUp, { capture: true });
      if (gd) Plotly.purge(plot);
      gd = null;
      plot.remove();
    },
  };
}

function sliceLabel(document: Document, axis: 0 | 1 | 2, onEnlarge: () => void) {
  const element = document.createElement("div");
  element.className = "rotoscope-slice-label";
  const text = document.createElement("span");
  const button = document.createElement("button");
  button.type = "button";
  button.addEventListener("click", onEnlarge);
  element.append(text, button);
  return {
    element,
    text,
    setEnlarged(enlarged: boolean): void {
      button.textContent = enlarged ? "⤡" : "⤢";
      const name = enlarged ? "Show all three slices" : `Enlarge slice ${AXIS_NAMES[axis]}`;
      button.setAttribute("aria-label", name);
      button.title = name;
    },
  };
}

function clampVoxel(value: number, size: number): number {
  return Math.min(size - 1, Math.max(0, Math.round(value)));
}
