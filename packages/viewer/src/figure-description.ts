import type { ViewPick } from "@rotoscope/arrow/messages";
import { plotlyColorScale } from "./color-tables.js";
import type { FigureLayout } from "./figure-layout.js";
import type { ColorScale } from "./slice-pixels.js";

/** Everything in the figure that changes rarely. */
export interface FigureSpec {
  readonly shape: readonly [number, number, number];
  readonly picks: readonly ViewPick[];
  readonly colorBar: ColorScale | null;
  readonly width: number;
  readonly maxHeight: number;
  readonly colors: { readonly text: string; readonly line: string };
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

/** Diameter of a pick's circle, in CSS pixels. */
export const PICK_SIZE = 13;
const CROSS_HAIR = "rgba(255,84,64,0.75)";

/** What part of a slice is on show: first and last voxel edge to the right and down. */
export interface SliceView {
  readonly right: readonly [number, number];
  readonly down: readonly [number, number];
}

/** The whole of the slice cut along `axis`. */
export function wholeSlice(shape: readonly [number, number, number], axis: 0 | 1 | 2): SliceView {
  const { right, down } = SLICE_AXES[axis];
  return { right: [-0.5, shape[right] - 0.5], down: [shape[down] - 0.5, -0.5] };
}

/** Plotly's traces and layout of a figure; trace i holds the picks as slice i shows them. `views` null = all of each slice. */
export function describeFigure(
  spec: FigureSpec,
  layout: FigureLayout,
  slices: readonly [number, number, number],
  views: readonly SliceView[] | null,
): { data: object[]; layout: object } {
  const { shape, picks, colorBar, colors } = spec;
  const { width, height, boxes } = layout;
  const data: object[] = [];
  const axes: Record<string, object> = {};
  const stacked = boxes[1]?.left === boxes[0].left;
  for (const axis of AXES) {
    const box = boxes[axis];
    if (!box) continue;
    const { right, down } = SLICE_AXES[axis];
    const labelled = { right: !(axis === 0 && stacked), down: axis !== 2 };
    const id = AXIS_IDS[axis];
    const view = views?.[axis] ?? wholeSlice(shape, axis);
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
    axes[`xaxis${id}`] = {
      ...common,
      anchor: `y${id}`,
      domain: [box.left / width, (box.left + box.width) / width],
      range: view.right,
      nticks: Math.max(3, Math.floor(box.width / 45)),
      showticklabels: labelled.right,
      title: labelled.right && { text: AXIS_NAMES[right], standoff: 2, font: { size: 11 } },
      ...(axis === 1 ? { matches: "x" } : axis === 2 ? { scaleanchor: "y3" } : {}),
    };
    axes[`yaxis${id}`] = {
      ...common,
      anchor: `x${id}`,
      domain: [1 - (box.top + box.height) / height, 1 - box.top / height],
      range: view.down,
      nticks: Math.max(3, Math.floor(box.height / 40)),
      showticklabels: labelled.down,
      title: labelled.down && { text: AXIS_NAMES[down], standoff: 4, font: { size: 11 } },
      ...(axis === 0 ? { scaleanchor: "x" } : axis === 1 ? { scaleanchor: "x2" } : { matches: "y" }),
    };
    data.push({
      type: "scatter",
      mode: "markers",
      x: picks.map((pick) => pick.position[right]),
      y: picks.map((pick) => pick.position[down]),
      xaxis: `x${id}`,
      yaxis: `y${id}`,
      marker: { symbol: "circle-open", size: PICK_SIZE, color: "#fff", line: { width: 1.6 } },
      hoverinfo: "none",
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
      modebar: { bgcolor: "rgba(0,0,0,0)", color: colors.line, activecolor: colors.text },
      dragmode: "zoom",
      hovermode: "closest",
      hoverdistance: PICK_SIZE / 2,
      hoveranywhere: true,
      clickanywhere: true,
      shapes: crossHairs(spec, layout, slices),
    },
  };
}

function colorBarTrace({ table, range, title }: ColorScale, { width, height, boxes }: FigureLayout): object {
  const right = Math.max(...boxes.map((box) => (box ? box.left + box.width : 0)));
  const [zBox] = boxes;
  return {
    type: "scatter",
    mode: "markers",
    x: [null],
    y: [null],
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
        y: 1 - zBox.top / height,
        yanchor: "top",
        ypad: 0,
        len: Math.min(zBox.height, 260),
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

/** Plotly's shapes: a line to the right and one down in each slice, through `slices`. */
export function crossHairs(
  { shape }: FigureSpec,
  { boxes }: FigureLayout,
  slices: readonly [number, number, number],
): object[] {
  return AXES.flatMap((axis) => {
    if (!boxes[axis]) return [];
    const { right, down } = SLICE_AXES[axis];
    const line = {
      type: "line",
      xref: `x${AXIS_IDS[axis]}`,
      yref: `y${AXIS_IDS[axis]}`,
      line: { color: CROSS_HAIR, width: 1 },
    };
    return [
      { ...line, x0: slices[right], x1: slices[right], y0: -0.5, y1: shape[down] - 0.5 },
      { ...line, x0: -0.5, x1: shape[right] - 0.5, y0: slices[down], y1: slices[down] },
    ];
  });
}
