import type { ViewPick } from "@rotoscope/arrow/messages";
import Plotly, { type PlotlyElement, type PointerEventData } from "plotly.js/lib/core";
import { type ColorTable, plotlyColorScale } from "./color-tables.js";
import { type FigureLayout, figureLayout } from "./figure-layout.js";
import { type SliceCanvas, sliceCanvas } from "./slice-canvas.js";

/** Everything in the figure that changes rarely. */
export interface FigureSpec {
  readonly shape: readonly [number, number, number];
  readonly picks: readonly ViewPick[];
  readonly colorBar: {
    readonly table: ColorTable;
    readonly range: readonly [number, number];
    readonly title: string;
  } | null;
  readonly width: number;
  readonly maxHeight: number;
  readonly colors: { readonly text: string; readonly line: string };
}

/** Where the pointer is: a position in voxels (z, y, x; rounded), and the pick under it. */
export interface FigurePointer {
  readonly position: readonly [number, number, number];
  readonly pick: number | null;
}

/** Three linked slices with axes, cross-hairs, picks and a colour bar. */
export interface SliceFigure {
  /** Draws axes, picks and colour bar; keeps zoom as long as the shape stays. */
  show(spec: FigureSpec): Promise<void>;
  /** Shows the plane of axis 0 (z), 1 (y) or 2 (x): RGBA words, rows x columns as on screen. */
  draw(axis: 0 | 1 | 2, pixels: Uint32Array, rows: number, columns: number): void;
  /** Moves the cross-hairs and shows the picks near the three planes. */
  moveTo(slices: readonly [number, number, number]): void;
  destroy(): void;
}

/** What each slice has to the right and down: the volume's axes. The x slice is shown transposed, beside the z slice. */
export const SLICE_AXES = [
  { right: 2, down: 1 },
  { right: 2, down: 0 },
  { right: 0, down: 1 },
] as const;

const AXIS_NAMES = ["z", "y", "x"] as const;
const IDS = ["", "2", "3"] as const;
const AXES = [0, 1, 2] as const;

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
  let gd: PlotlyElement | null = null;
  let spec: FigureSpec | null = null;
  let layout: FigureLayout | null = null;
  let slices: readonly [number, number, number] = [0, 0, 0];

  function placeCanvases(): void {
    if (!gd || !spec || !layout) return;
    for (const axis of AXES) {
      const box = layout.boxes[axis];
      canvases[axis].element.hidden = labels[axis]!.hidden = box === null;
      const x = gd._fullLayout[`xaxis${IDS[axis]}`];
      const y = gd._fullLayout[`yaxis${IDS[axis]}`];
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

  function isNear(pick: ViewPick, axis: 0 | 1 | 2): boolean {
    return Math.abs(pick.position[axis] - slices[axis]) <= Math.max(1, PICK_SIZE / 2 / layout!.pixelsPerVoxel);
  }

  function showNearPicks(): void {
    if (!gd || !spec) return;
    for (const axis of AXES) {
      const points = gd.querySelectorAll<SVGElement>(`.subplot.x${IDS[axis]}y${IDS[axis]} .points path.point`);
      points.forEach((point, index) => {
        const pick = spec!.picks[index];
        point.style.display = pick && isNear(pick, axis) ? "" : "none";
      });
    }
  }

  function pointerOf(event: PointerEventData): FigurePointer | null {
    const axis = AXES.find((candidate) => event.xaxes?.[0]?._id === `x${IDS[candidate]}`);
    if (!spec || axis === undefined || event.xvals?.[0] === undefined || event.yvals?.[0] === undefined) return null;
    const { right, down } = SLICE_AXES[axis];
    const position: [number, number, number] = [...slices];
    position[right] = clampVoxel(event.xvals[0], spec.shape[right]);
    position[down] = clampVoxel(event.yvals[0], spec.shape[down]);
    const near = event.points.find((point) => {
      const pick = spec!.picks[point.pointNumber];
      return pick !== undefined && isNear(pick, axis);
    });
    return { position, pick: near?.pointNumber ?? null };
  }

  function follow(element: PlotlyElement): void {
    element.querySelector(".svg-container")!.prepend(...canvases.map((canvas) => canvas.element), ...labels);
    element.on("plotly_relayouting", placeCanvases);
    element.on("plotly_relayout", placeCanvases);
    element.on("plotly_afterplot", () => {
      placeCanvases();
      showNearPicks();
    });
    element.on("plotly_click", (event) => {
      const pointer = pointerOf(event);
      if (pointer) onClick(pointer);
    });
    element.on("plotly_hover", (event) => onPointer(pointerOf(event)));
    element.on("plotly_unhover", () => onPointer(null));
  }

  return {
    async show(next) {
      spec = next;
      layout = figureLayout(next.shape, next.width, next.maxHeight);
      const figure = describeFigure(next, layout, slices);
      if (gd) await Plotly.react(plot, figure.data, figure.layout, CONFIG);
      else {
        gd = await Plotly.newPlot(plot, figure.data, figure.layout, CONFIG);
        follow(gd);
      }
      placeCanvases();
      showNearPicks();
    },
    draw(axis, pixels, rows, columns) {
      canvases[axis].draw(pixels, rows, columns);
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

const PICK_SIZE = 13;
const CROSS_HAIR = "rgba(255,84,64,0.75)";

const CONFIG = {
  displaylogo: false,
  responsive: false,
  doubleClick: "reset",
  modeBarButtons: [["zoom2d", "pan2d", "zoomIn2d", "zoomOut2d", "resetScale2d"]],
};

function describeFigure(
  spec: FigureSpec,
  layout: FigureLayout,
  slices: readonly [number, number, number],
): { data: object[]; layout: object } {
  const { shape, picks, colorBar, colors } = spec;
  const { width, height, boxes } = layout;
  const data: object[] = [];
  const axes: Record<string, object> = {};
  for (const axis of AXES) {
    const box = boxes[axis];
    if (!box) continue;
    const { right, down } = SLICE_AXES[axis];
    const id = IDS[axis];
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
      range: [-0.5, shape[right] - 0.5],
      nticks: Math.max(2, Math.floor(box.width / 45)),
      title: { text: AXIS_NAMES[right], standoff: 2, font: { size: 11 } },
      ...(axis === 1 ? { matches: "x" } : axis === 2 ? { scaleanchor: "y3" } : {}),
    };
    axes[`yaxis${id}`] = {
      ...common,
      anchor: `x${id}`,
      domain: [1 - (box.top + box.height) / height, 1 - box.top / height],
      range: [shape[down] - 0.5, -0.5],
      nticks: Math.max(2, Math.floor(box.height / 40)),
      title: { text: AXIS_NAMES[down], standoff: 4, font: { size: 11 } },
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
      dragmode: "zoom",
      hovermode: "closest",
      hoverdistance: PICK_SIZE / 2,
      hoveranywhere: true,
      clickanywhere: true,
      uirevision: shape.join(),
      shapes: crossHairs(spec, layout, slices),
    },
  };
}

function colorBarTrace(
  { table, range, title }: NonNullable<FigureSpec["colorBar"]>,
  { width, height, boxes }: FigureLayout,
): object {
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

function crossHairs(
  { shape }: FigureSpec,
  { boxes }: FigureLayout,
  slices: readonly [number, number, number],
): object[] {
  return AXES.flatMap((axis) => {
    if (!boxes[axis]) return [];
    const { right, down } = SLICE_AXES[axis];
    const line = { type: "line", xref: `x${IDS[axis]}`, yref: `y${IDS[axis]}`, line: { color: CROSS_HAIR, width: 1 } };
    return [
      { ...line, x0: slices[right], x1: slices[right], y0: -0.5, y1: shape[down] - 0.5 },
      { ...line, x0: -0.5, x1: shape[right] - 0.5, y0: slices[down], y1: slices[down] },
    ];
  });
}

function clampVoxel(value: number, size: number): number {
  return Math.min(size - 1, Math.max(0, Math.round(value)));
}
