import type { ViewPick } from "@rotoscope/arrow/messages";
import Plotly from "plotly.js/lib/core";
import {
  AXES,
  AXIS_IDS,
  AXIS_NAMES,
  describeFigure,
  type FigureSpec,
  SLICE_AXES,
  type SliceViews,
} from "./figure-description.js";
import type { FigureLayout } from "./figure-layout.js";
import type { ScaleBar } from "./scale-bar.js";
import { CROSS_HAIR, PICK_SIZE } from "./slice-overlay.js";

/** A bitmap at twice the size on screen, or vectors over bitmaps of the slices. */
export type ExportFormat = "png" | "svg";

/** What there is in the figure. */
export interface ExportedFigure {
  readonly spec: FigureSpec;
  readonly layout: FigureLayout;
  readonly views: SliceViews;
  readonly slices: readonly [number, number, number];
  /** Per axis: pixels, picks and scale bar. */
  readonly shown: readonly {
    readonly canvas: HTMLCanvasElement;
    readonly picks: readonly ViewPick[];
    readonly scaleBar: ScaleBar | null;
  }[];
  readonly format: ExportFormat;
}

const PNG_SCALE = 2;
/** Voxels are drawn as this many pixels at least: enlarging an image would blur them. */
const PIXELS_PER_VOXEL = 4;
const LARGEST_IMAGE = 4096;

/** The figure as a data URL. Plotly draws it anew from data and layout, so that everything that is drawn beside Plotly is described to it here. */
export function exportFigure(figure: ExportedFigure): Promise<string> {
  const { spec, layout, views, slices, shown, format } = figure;
  const { data, layout: base } = describeFigure(spec, layout, views);
  const images: object[] = [];
  const shapes: object[] = [];
  const annotations: object[] = [];
  for (const axis of AXES) {
    const box = layout.boxes[axis];
    if (!box) continue;
    const { right, down } = SLICE_AXES[axis];
    const id = AXIS_IDS[axis];
    const refs = { xref: `x${id}`, yref: `y${id}` };
    const { canvas, picks, scaleBar } = shown[axis]!;
    images.push({
      ...refs,
      source: enlarged(canvas),
      x: -0.5,
      y: -0.5,
      sizex: spec.shape[right],
      sizey: spec.shape[down],
      xanchor: "left",
      yanchor: "top",
      sizing: "stretch",
      layer: "below",
    });
    const line = { type: "line", ...refs, line: { color: CROSS_HAIR, width: 1 } };
    shapes.push({ ...line, yref: `y${id} domain`, x0: slices[right], x1: slices[right], y0: 0, y1: 1 });
    shapes.push({ ...line, xref: `x${id} domain`, x0: 0, x1: 1, y0: slices[down], y1: slices[down] });
    data.push({
      type: "scatter",
      mode: "markers",
      x: picks.map(({ position }) => position[right]),
      y: picks.map(({ position }) => position[down]),
      xaxis: `x${id}`,
      yaxis: `y${id}`,
      marker: { symbol: "circle-open", size: PICK_SIZE, color: "#fff", line: { width: 1.6 } },
    });
    if (spec.shape[0] > 1)
      annotations.push(label(`${AXIS_NAMES[axis]} ${slices[axis]}`, box.left, box.top - 4, layout, spec.colors.text));
    if (scaleBar) {
      const view = views[axis].right;
      const length = (scaleBar.voxels * box.width) / Math.abs(view[1] - view[0]);
      const y = 1 - (box.top + box.height - 10) / layout.height;
      const x0 = (box.left + 10) / layout.width;
      const bar = { type: "line", xref: "paper", yref: "paper", x0, x1: x0 + length / layout.width, y0: y, y1: y };
      const edge = {
        left: x0 - 5 / layout.width,
        right: x0 + (Math.max(length, 6.5 * scaleBar.text.length) + 5) / layout.width,
      };
      const backing = {
        type: "rect",
        xref: "paper",
        yref: "paper",
        x0: edge.left,
        x1: edge.right,
        y0: y - 6 / layout.height,
      };
      shapes.push({ ...backing, y1: y + 19 / layout.height, fillcolor: "rgba(0,0,0,0.55)", line: { width: 0 } });
      shapes.push({ ...bar, line: { color: "#fff", width: 3 } });
      annotations.push(label(scaleBar.text, box.left + 10, box.top + box.height - 14, layout, "#fff"));
    }
  }
  const { width, height } = layout;
  const background = { paper_bgcolor: spec.colors.page, plot_bgcolor: "rgba(0,0,0,0)" };
  const font = { color: spec.colors.text, family: "Helvetica, Arial, sans-serif" };
  return Plotly.toImage(
    { data, layout: { ...base, ...background, font, images, shapes, annotations } },
    { format, width, height, scale: format === "png" ? PNG_SCALE : 1 },
  );
}

function label(text: string, left: number, bottom: number, { width, height }: FigureLayout, color: string): object {
  return {
    text,
    xref: "paper",
    yref: "paper",
    x: left / width,
    y: 1 - bottom / height,
    xanchor: "left",
    yanchor: "bottom",
    showarrow: false,
    borderpad: 0,
    font: { size: 11, color },
  };
}

function enlarged(canvas: HTMLCanvasElement): string {
  const factor = Math.max(
    1,
    Math.min(PIXELS_PER_VOXEL, Math.floor(LARGEST_IMAGE / Math.max(canvas.width, canvas.height))),
  );
  const copy = canvas.ownerDocument.createElement("canvas");
  copy.width = canvas.width * factor;
  copy.height = canvas.height * factor;
  const context = copy.getContext("2d")!;
  context.imageSmoothingEnabled = false;
  context.drawImage(canvas, 0, 0, copy.width, copy.height);
  return copy.toDataURL("image/png");
}
