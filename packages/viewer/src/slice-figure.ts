import type { ViewPick } from "@rotoscope/arrow/messages";
import Plotly, { type PlotlyElement } from "plotly.js/lib/core";
import {
  AXES,
  AXIS_IDS,
  AXIS_NAMES,
  crossHairs,
  describeFigure,
  type FigureSpec,
  PICK_SIZE,
  SLICE_AXES,
  type SliceView,
  wholeSlice,
} from "./figure-description.js";
import { type FigureLayout, figureLayout } from "./figure-layout.js";
import { type SliceCanvas, sliceCanvas } from "./slice-canvas.js";
import type { SlicePixels } from "./slice-pixels.js";

/** Where the pointer is: a position in voxels (z, y, x; rounded), and the pick under it. */
export interface FigurePointer {
  readonly position: readonly [number, number, number];
  readonly pick: number | null;
}

/** Three linked slices with axes, cross-hairs, picks and a colour bar. */
export interface SliceFigure {
  /** Draws axes, picks and colour bar; keeps zoom as long as the shape stays. */
  show(spec: FigureSpec): Promise<void>;
  /** Shows the slice cut along axis 0 (z), 1 (y) or 2 (x). */
  draw(axis: 0 | 1 | 2, slice: SlicePixels): void;
  /** Moves the cross-hairs and shows the picks near the three planes. */
  moveTo(slices: readonly [number, number, number]): void;
  destroy(): void;
}

/** Builds a figure in `host`. `onPointer` gets null when the pointer leaves the slices. */
export function sliceFigure(
  host: HTMLElement,
  onClick: (pointer: FigurePointer) => void,
  onPointer: (pointer: FigurePointer | null) => void,
): SliceFigure {
  const plot = host.ownerDocument.createElement("div");
  host.append(plot);
  const canvases = AXES.map(() => sliceCanvas(host.ownerDocument)) as [SliceCanvas, SliceCanvas, SliceCanvas];
  const labels = AXES.map(() =>
    Object.assign(host.ownerDocument.createElement("div"), { className: "rotoscope-slice-label" }),
  );
  const config = {
    displaylogo: false,
    responsive: false,
    showTips: false,
    doubleClick: false,
    modeBarButtons: [
      ["zoom2d", "pan2d", "zoomIn2d", "zoomOut2d"],
      [{ name: "whole", title: "Show all", icon: Plotly.Icons.home, click: showWhole }],
    ],
  };
  let gd: PlotlyElement | null = null;
  let spec: FigureSpec | null = null;
  let layout: FigureLayout | null = null;
  let slices: readonly [number, number, number] = [0, 0, 0];

  function placeCanvases(): void {
    if (!gd || !spec || !layout) return;
    for (const axis of AXES) {
      const box = layout.boxes[axis];
      canvases[axis].element.hidden = labels[axis]!.hidden = box === null;
      const x = gd._fullLayout[`xaxis${AXIS_IDS[axis]}`];
      const y = gd._fullLayout[`yaxis${AXIS_IDS[axis]}`];
      if (!box || !x || !y) continue;
      const { right, down } = SLICE_AXES[axis];
      canvases[axis].place(
        { left: x._offset, top: y._offset, width: x._length, height: y._length },
        [x.r2p(-0.5), x.r2p(spec.shape[right] - 0.5)],
        [y.r2p(-0.5), y.r2p(spec.shape[down] - 0.5)],
      );
      Object.assign(labels[axis]!.style, { left: `${box.left}px`, top: `${box.top - 18}px` });
    }
  }

  /** Plotly's uirevision doesn't keep zoom here: fixing the aspect changes the ranges that it compares. */
  function zoomedViews(): SliceView[] | null {
    const views = AXES.filter((axis) => layout!.boxes[axis]).map((axis) => ({
      right: gd!._fullLayout[`xaxis${AXIS_IDS[axis]}`]!.range,
      down: gd!._fullLayout[`yaxis${AXIS_IDS[axis]}`]!.range,
    }));
    const isWhole = views.every(({ right, down }, axis) => {
      const whole = wholeSlice(spec!.shape, axis as 0 | 1 | 2);
      return [
        right[0] - whole.right[0],
        right[1] - whole.right[1],
        down[0] - whole.down[0],
        down[1] - whole.down[1],
      ].every((difference) => Math.abs(difference) < 0.5);
    });
    return isWhole ? null : views;
  }

  function showWhole(): void {
    if (!spec || !layout) return;
    const update: Record<string, readonly number[]> = {};
    for (const axis of AXES) {
      if (!layout.boxes[axis]) continue;
      const { right, down } = wholeSlice(spec.shape, axis);
      update[`xaxis${AXIS_IDS[axis]}.range`] = right;
      update[`yaxis${AXIS_IDS[axis]}.range`] = down;
    }
    void Plotly.relayout(plot, update);
  }

  function isNear(pick: ViewPick, axis: 0 | 1 | 2): boolean {
    return Math.abs(pick.position[axis] - slices[axis]) <= Math.max(1, PICK_SIZE / 2 / layout!.pixelsPerVoxel);
  }

  function showNearPicks(): void {
    if (!gd || !spec) return;
    for (const axis of AXES) {
      const points = gd.querySelectorAll<SVGElement>(
        `.subplot.x${AXIS_IDS[axis]}y${AXIS_IDS[axis]} .points path.point`,
      );
      points.forEach((point, index) => {
        const pick = spec!.picks[index];
        point.style.display = pick && isNear(pick, axis) ? "" : "none";
      });
    }
  }

  /** From the event's own place: what Plotly read off may belong to an earlier move of the pointer. */
  function pointerAt({ clientX, clientY }: MouseEvent): FigurePointer | null {
    if (!gd || !spec || !layout) return null;
    const corner = gd.getBoundingClientRect();
    const [left, top] = [clientX - corner.left, clientY - corner.top];
    const axis = AXES.find((candidate) => {
      const box = layout!.boxes[candidate];
      return box && left >= box.left && left <= box.left + box.width && top >= box.top && top <= box.top + box.height;
    });
    if (axis === undefined) return null;
    const { right, down } = SLICE_AXES[axis];
    const x = gd._fullLayout[`xaxis${AXIS_IDS[axis]}`]!;
    const y = gd._fullLayout[`yaxis${AXIS_IDS[axis]}`]!;
    const position: [number, number, number] = [...slices];
    position[right] = clampVoxel(x.p2r(left - x._offset), spec.shape[right]);
    position[down] = clampVoxel(y.p2r(top - y._offset), spec.shape[down]);
    const pick = spec.picks.findIndex((candidate) => {
      const across = x.r2p(candidate.position[right]) + x._offset - left;
      const along = y.r2p(candidate.position[down]) + y._offset - top;
      return isNear(candidate, axis) && Math.hypot(across, along) <= PICK_SIZE / 2;
    });
    return { position, pick: pick < 0 ? null : pick };
  }

  function follow(element: PlotlyElement): void {
    element.querySelector(".svg-container")!.prepend(...canvases.map((canvas) => canvas.element), ...labels);
    element.on("plotly_relayouting", placeCanvases);
    element.on("plotly_relayout", placeCanvases);
    element.on("plotly_afterplot", () => {
      placeCanvases();
      showNearPicks();
    });
    element.on("plotly_doubleclick", showWhole);
    element.on("plotly_click", (event) => {
      const pointer = pointerAt(event.event);
      if (pointer) onClick(pointer);
    });
    element.on("plotly_hover", (event) => onPointer(pointerAt(event.event)));
    element.on("plotly_unhover", () => onPointer(null));
  }

  return {
    async show(next) {
      const views = gd && spec?.shape.join() === next.shape.join() ? zoomedViews() : null;
      spec = next;
      layout = figureLayout(next.shape, next.width, next.maxHeight);
      const figure = describeFigure(next, layout, slices, views);
      if (gd) await Plotly.react(plot, figure.data, figure.layout, config);
      else {
        gd = await Plotly.newPlot(plot, figure.data, figure.layout, config);
        follow(gd);
      }
      placeCanvases();
      showNearPicks();
    },
    draw(axis, slice) {
      canvases[axis].draw(slice);
    },
    moveTo(next) {
      slices = next;
      for (const axis of AXES) labels[axis]!.textContent = `${AXIS_NAMES[axis]} ${next[axis]}`;
      if (!gd || !spec || !layout) return;
      void Plotly.relayout(plot, { shapes: crossHairs(spec, layout, next) });
      showNearPicks();
    },
    destroy() {
      if (gd) Plotly.purge(plot);
      gd = null;
      plot.remove();
    },
  };
}

function clampVoxel(value: number, size: number): number {
  return Math.min(size - 1, Math.max(0, Math.round(value)));
}
