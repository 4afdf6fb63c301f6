import type { MapName, ViewDescription } from "@rotoscope/arrow/messages";
import { type ColorMapName, colorTable } from "./color-tables.js";
import { contrastControl } from "./contrast-control.js";
import { colorScale, type DisplaySettings, FIRST_SETTINGS, limitsOf, scaledMap } from "./display-settings.js";
import type { ViewerElements } from "./elements.js";
import type { ExportFormat } from "./export-figure.js";
import type { FigurePointer } from "./figure-pointer.js";
import type { HeldPlanes } from "./held-planes.js";
import { latestWins } from "./latest-wins.js";
import { saveFile } from "./save-file.js";
import type { SideData } from "./side-data.js";
import { type SliceFigure, sliceFigure } from "./slice-figure.js";
import { type SlicePixels, slicePixels } from "./slice-pixels.js";
import { themeColors } from "./theme.js";

/** The figure with all that says how its maps are drawn: which map, colours, contrast, the target below, zoom, export. */
export interface PaintedSlices {
  readonly figure: SliceFigure;
  describe(description: ViewDescription): void;
  /** Shows another map; its planes are to be held by then. */
  setMap(map: MapName): void;
  /** The maps whose planes are painted. */
  maps(): MapName[];
  /** Paints the planes that are held. */
  paint(): void;
  /** Draws axes and colour bar anew: another width or theme. */
  redraw(): void;
  /** Ends the colour scale of scores near `maxScore`: that of a running search isn't known beforehand, and drawing it anew each time would take longer than all else. */
  raiseRange(maxScore: number): void;
  zoom(factor: number | null): void;
  destroy(): void;
}

/** What the slices tell their owner. */
export interface PaintedSlicesEvents {
  onClick(pointer: FigurePointer): void;
  onPointer(pointer: FigurePointer | null): void;
  /** Another map is to be painted too: its planes are needed. */
  onMapsChange(): void;
  /** The figure stands. */
  onDrawn(): void;
  onFailure(message: string): void;
}

const ZOOM = 1.5;

/** Draws into the elements of `ui` what `held` holds. */
export function paintedSlices(
  ui: ViewerElements,
  held: HeldPlanes,
  side: SideData,
  { onClick, onPointer, onMapsChange, onDrawn, onFailure }: PaintedSlicesEvents,
): PaintedSlices {
  let description: ViewDescription | null = null;
  let settings: DisplaySettings = FIRST_SETTINGS;
  let map: MapName = "scores";
  let enlarged: 0 | 1 | 2 | null = null;
  let width = 0;
  let closed = false;
  let paintQueued = false;
  /** Of what each slice was painted: as long as nothing of it is another, its pixels stay. */
  const painted: { readonly from: readonly unknown[]; readonly slice: SlicePixels }[] = [];
  let redrawTimer: ReturnType<typeof setTimeout> | undefined;

  const figure = sliceFigure(ui.figure, {
    onClick,
    onPointer,
    onEnlarge(axis) {
      enlarged = enlarged === axis ? null : axis;
      redraw();
    },
  });
  const contrast = contrastControl(
    ui.maker,
    async () => {
      const scaled = scaledMap(map);
      return scaled && side.histogram(scaled);
    },
    (range) => {
      const scaled = scaledMap(map);
      if (scaled) change({ limits: { ...settings.limits, [scaled]: range } });
    },
  );
  ui.display.append(contrast.element);

  function change(next: Partial<DisplaySettings>): void {
    settings = { ...settings, ...next };
    showSettings();
    if (!paintQueued)
      requestAnimationFrame(() => {
        paintQueued = false;
        if (!closed) paint();
      });
    paintQueued = true;
    // The colour bar is Plotly's, which takes longer than the pixels.
    clearTimeout(redrawTimer);
    redrawTimer = setTimeout(() => redraw(), 80);
  }

  function showSettings(): void {
    if (!description) return;
    const scaled = scaledMap(map);
    contrast.setEnabled(scaled !== null);
    ui.colors.element.hidden = scaled === null;
    const canLayer = description.maps.includes("target") && map !== "target";
    ui.overTarget.element.hidden = !canLayer;
    ui.opacity.element.hidden = !(canLayer && settings.overTarget);
    ui.overTarget.input.checked = settings.overTarget;
    ui.opacity.input.value = String(Math.round(100 * settings.opacity));
    ui.opacity.output.textContent = `${ui.opacity.input.value} %`;
    if (!scaled) return;
    ui.colors.select.value = settings.colorMaps[scaled];
    const range = limitsOf(scaled, description, settings);
    const whole = description.ranges[scaled] ?? range;
    contrast.show(colorTable(settings.colorMaps[scaled]), whole, range, settings.limits[scaled] === null);
  }

  function maps(): MapName[] {
    if (!description) return [];
    const over = settings.overTarget && map !== "target" && description.maps.includes("target");
    return [...(description.maps.includes(map) ? [map] : []), ...(over ? (["target"] as const) : [])];
  }

  function paint(): void {
    if (!description) return;
    const scale = colorScale(map, description, settings);
    const below = map !== "target" && maps().includes("target") ? colorScale("target", description, settings) : null;
    for (const axis of [0, 1, 2] as const) {
      const plane = held.plane(map, axis);
      if (!plane) continue;
      const under = held.plane("target", axis);
      const underlay =
        below && under?.index === plane.index ? { plane: under, scale: below, opacity: settings.opacity } : null;
      const from = [plane, underlay?.plane, settings, description];
      const before = painted[axis];
      if (before && from.every((part, i) => part === before.from[i])) continue;
      const slice = slicePixels(plane, scale, underlay, before?.slice);
      painted[axis] = { from, slice };
      figure.draw(axis, slice);
    }
  }

  const redraw = latestWins<void>(async () => {
    if (closed || !description || width === 0 || description.shape.includes(0)) return;
    const { shape, picks, voxelSizeAngstrom } = description;
    // A tall volume's slices stand in a row, which leaves room to the right unless they may be taller.
    const isTall = shape[1] > 1.5 * shape[2];
    const maxHeight = Math.min(isTall ? 720 : 560, Math.max(300, width * (isTall ? 0.8 : 0.62)));
    const colorBar = colorScale(map, description, settings);
    const colors = themeColors(ui.figure);
    await figure.show({ shape, voxelSizeAngstrom, picks, colorBar, width, maxHeight, enlarged, colors });
    onDrawn();
  });

  async function save(format: ExportFormat): Promise<void> {
    try {
      const name = (description?.title || "slices").replace(/[^\w.-]+/g, "_");
      saveFile(ui.region.ownerDocument, `${name}.${format}`, await figure.image(format));
    } catch (error) {
      onFailure((error as Error).message);
    }
  }

  ui.colors.select.addEventListener("change", () => {
    const scaled = scaledMap(map);
    const name = ui.colors.select.value as ColorMapName;
    if (scaled) change({ colorMaps: { ...settings.colorMaps, [scaled]: name } });
  });
  ui.overTarget.input.addEventListener("change", () => {
    change({ overTarget: ui.overTarget.input.checked });
    onMapsChange();
  });
  ui.opacity.input.addEventListener("input", () => change({ opacity: ui.opacity.input.valueAsNumber / 100 }));
  ui.zoomIn.addEventListener("click", () => figure.zoom(1 / ZOOM));
  ui.zoomOut.addEventListener("click", () => figure.zoom(ZOOM));
  ui.showAll.addEventListener("click", () => figure.zoom(null));
  ui.pan.addEventListener("click", () => {
    const pan = ui.pan.getAttribute("aria-pressed") !== "true";
    ui.pan.setAttribute("aria-pressed", String(pan));
    figure.setPan(pan);
  });
  ui.exportPng.addEventListener("click", () => void save("png"));
  ui.exportSvg.addEventListener("click", () => void save("svg"));
  const resizes = new ResizeObserver(() => {
    const next = Math.floor(ui.figure.clientWidth);
    if (next === width || next === 0) return;
    width = next;
    redraw();
  });
  resizes.observe(ui.figure);

  return {
    figure,
    describe(next) {
      description = next;
      showSettings();
      redraw();
    },
    setMap(next) {
      if (map === next) return;
      map = next;
      showSettings();
      redraw();
    },
    maps,
    paint,
    redraw,
    raiseRange(maxScore) {
      if (!description) return;
      const { ranges } = description;
      const [low, high] = ranges.scores;
      if (!(maxScore > low) || isNear(maxScore - low, high - low)) return;
      description = { ...description, ranges: { ...ranges, scores: [low, maxScore] } };
      showSettings();
      redraw();
    },
    zoom: (factor) => figure.zoom(factor),
    destroy() {
      closed = true;
      clearTimeout(redrawTimer);
      resizes.disconnect();
      figure.destroy();
    },
  };
}

function isNear(value: number, other: number): boolean {
  return value <= 1.05 * other && value >= 0.8 * other;
}
