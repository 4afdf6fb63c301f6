import type { ViewPick } from "@rotoscope/arrow/messages";
import { plotlyColorScale } from "./color-tables.js";
import type { FigureLayout } from "./figure-layout.js";
import type { ColorScale } from "./slice-pixels.js";

/** Everything in the figure that changes rarely. */
export interface FigureSpec {
  readonly shape: readonly [number, number, number];
  readonly voxelSizeAngstrom: readonly [number, number, number];
  readonly picks: readonly ViewPick[];
  readonly colorBar: ColorScale | null;
  readonly width: number;
  readonly maxHeight: number;
  readonly enlarged: 0 | 1 | 2 | null;
  readonly colors: { readonly text: string; readonly line: string; readonly page: string };
}

/** What each slice has to the right and down: the volume's axes. The x slice is shown transposed, beside the z slice. */
export const SLICE_AXES = [
  { right: 2, down: 1 },
  { right: 2, down: 0 },
  { right: 0, down: 1 },
] as const;

/** Names of the volume's axes. */
export const AXIS_NAMES = ["z", "y", "x"] as const;
/** What Plotly appends to the names of each slice's axes. */
export const AXIS_IDS = ["", "2", "3"] as const;
/** The axes along which the slices are cut. */
export const AXES = [0, 1, 2] as const;

/** What part of a slice is on show: first and last voxel edge to the right and down. */
export interface SliceView {
  readonly right: readonly [number, number];
  readonly down: readonly [number, number];
}

/** One view per axis. */
export type SliceViews = readonly [SliceView, SliceView, SliceView];

/** Plotly's traces and layout of a figure: axes, and an empty trace in each, because Plotly draws no subplot without one. */
export function describeFigure(
  { colorBar, colors }: FigureSpec,
  layout: FigureLayout,
  views: SliceViews,
): { data: object[]; layout: Record<string, unknown> } {
  const { width, height, boxes } = layout;
  const data: object[] = [];
  const axes: Record<string, object> = {};
  const stacked = boxes[0] !== null && boxes[1]?.left === boxes[0].left;
  for (const axis of AXES) {
    const box = boxes[axis];
    if (!box) continue;
    const { right, down } = SLICE_AXES[axis];
    const labelled = { right: !(axis === 0 && stacked), down: axis !== 2 || boxes[0] === null };
    const id = AXIS_IDS[axis];
    const view = views[axis];
    const common = {
      showgrid: false,
      zeroline: false,
      showline: true,
      mirror: true,
      linecolor: colors.line,
      ticks: "outside",
      ticklen: 3,
      tickcolor: colors.line,
      tickfont: { size: 10 },
    };
    const alone = boxes.filter((other) => other !== null).length === 1;
    axes[`xaxis${id}`] = {
      ...common,
      anchor: `y${id}`,
      domain: [box.left / width, (box.left + box.width) / width],
      range: view.right,
      nticks: Math.max(3, Math.floor(box.width / 45)),
      showticklabels: labelled.right,
      title: labelled.right && { text: AXIS_NAMES[right], standoff: 2, font: { size: 11 } },
      ...(axis === 1 && !alone ? { matches: "x" } : axis === 2 ? { scaleanchor: "y3" } : {}),
    };
    axes[`yaxis${id}`] = {
      ...common,
      anchor: `x${id}`,
      domain: [1 - (box.top + box.height) / height, 1 - box.top / height],
      range: view.down,
      nticks: Math.max(3, Math.floor(box.height / 40)),
      showticklabels: labelled.down,
      title: labelled.down && { text: AXIS_NAMES[down], standoff: 4, font: { size: 11 } },
      ...(axis === 2 ? (alone ? {} : { matches: "y" }) : { scaleanchor: `x${id}` }),
    };
    data.push({
      type: "scatter",
      mode: "markers",
      x: [null],
      y: [null],
      xaxis: `x${id}`,
      yaxis: `y${id}`,
      hoverinfo: "skip",
    });
  }
  if (colorBar) data.push(colorBarTrace(colorBar, layout));
  return {
    data,
    layout: {
      ...axes,
      width,
      height,
      margin: { l: 0, r: 0, t: 0, b: 0, autoexpand: false },
      paper_bgcolor: "rgba(0,0,0,0)",
      plot_bgcolor: "rgba(0,0,0,0)",
      font: { color: colors.text, family: "inherit" },
      showlegend: false,
      hovermode: false,
    },
  };
}

function colorBarTrace({ table, range, title }: ColorScale, { width, height, boxes }: FigureLayout): object {
  const shown = boxes.filter((box) => box !== null);
  const first = shown[0]!;
  const right = Math.max(...shown.map((box) => box.left + box.width));
  const axis = boxes.findIndex((box) => box !== null) as 0 | 1 | 2;
  return {
    type: "scatter",
    mode: "markers",
    x: [null],
    y: [null],
    xaxis: `x${AXIS_IDS[axis]}`,
    yaxis: `y${AXIS_IDS[axis]}`,
    hoverinfo: "skip",
    marker: {
      color: [range[0]],
      cmin: range[0],
      cmax: range[1],
      colorscale: plotlyColorScale(table),
      colorbar: {
        title: { text: title, side: "right", font: { size: 11 } },
        x: (right + 14) / width,
        xanchor: "left",
        xpad: 0,
        y: 1 - first.top / height,
        yanchor: "top",
        ypad: 0,
        len: Math.min(Math.max(first.height, height - first.top - 40), 260),
        lenmode: "pixels",
        thickness: 10,
        outlinewidth: 0,
        nticks: 6,
        ticklen: 3,
        tickfont: { size: 10 },
      },
    },
  };
}
