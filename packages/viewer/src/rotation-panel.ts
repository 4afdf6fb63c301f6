import { colorTable } from "./color-tables.js";
import { AXIS_NAMES } from "./figure-description.js";
import type { ElementMaker } from "./make-elements.js";
import { isPlanar, orientationMap } from "./orientation-map.js";
import { paintValues, transposePixels } from "./paint-plane.js";
import { anglesText } from "./readout.js";
import { rotatedSlice, type Template } from "./rotated-template.js";
import type { Rotations } from "./rotations.js";

/** The winning rotation: slices of the template as it turns it, and where it lies among those tried. */
export interface RotationPanel {
  readonly element: HTMLElement;
  setTemplate(template: Template | null): void;
  /** Shows rotation `index` (-1 = none, null = not known yet) when `tried` rotations are done. */
  show(rotations: Rotations, index: number | null, tried: number): void;
  redraw(): void;
}

/** Shows nothing at first. */
export function rotationPanel({ make }: ElementMaker): RotationPanel {
  const title = make("h3", "", "Winning rotation");
  const text = make("span", "muted");
  const figures = ([0, 1, 2] as const).map((axis) => {
    const canvas = make("canvas", "template");
    canvas.setAttribute("role", "img");
    return {
      axis,
      canvas,
      element: make("figure", "", canvas, make("figcaption", "", `template, ${AXIS_NAMES[axis]}`)),
    };
  });
  const slices = make("div", "template-slices", ...figures.map(({ element }) => element));
  const note = make("span", "muted", "Without the template its slices can't be drawn.");
  const map = orientationMap(make("div", "").ownerDocument);
  const element = make("section", "panel", make("div", "bar", title, text), slices, note, map.canvas);
  element.setAttribute("aria-label", "Winning rotation");
  let template: Template | null = null;
  let range: readonly [number, number] = [0, 1];
  let shown: { readonly rotations: Rotations; readonly index: number | null; readonly tried: number } | null = null;

  function redraw(): void {
    if (!shown) return;
    const { rotations, index, tried } = shown;
    const angles = index === null ? null : rotations.angles(index);
    text.textContent =
      index === null
        ? ""
        : index < 0
          ? "none yet"
          : `rotation ${index}${angles ? `  ·  ${anglesText(angles, isPlanar(rotations))}` : ""}`;
    drawSlices(rotations, index);
    map.draw(rotations, tried, index ?? -1);
  }

  function drawSlices(rotations: Rotations, index: number | null): void {
    const matrix = index === null || index < 0 ? null : rotations.matrix(index);
    slices.hidden = template === null;
    note.hidden = template !== null;
    for (const { axis, canvas } of figures) {
      const flat = template?.shape[0] === 1 && axis !== 0;
      canvas.parentElement!.hidden = flat;
      canvas.setAttribute(
        "aria-label",
        `Slice ${AXIS_NAMES[axis]} of the template, ${index === null || index < 0 ? "not rotated" : `turned by rotation ${index}`}`,
      );
      if (!template || flat) continue;
      paintSlice(canvas, template, matrix ?? IDENTITY, axis, range, matrix !== null);
    }
  }

  return {
    element,
    setTemplate(next) {
      template = next;
      if (next) {
        const [low, high] = next.data.reduce(
          ([least, most], value) => [Math.min(least, value), Math.max(most, value)] as const,
          [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY] as const,
        );
        range = high > low ? [low, high] : [low, low + 1];
      }
      redraw();
    },
    show(rotations, index, tried) {
      const isSame = shown?.rotations === rotations && shown.index === index;
      if (isSame && shown!.tried === tried) return;
      shown = { rotations, index, tried };
      if (isSame) map.draw(rotations, tried, index ?? -1);
      else redraw();
    },
    redraw,
  };
}

const IDENTITY = Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1);

/** Beyond the template's edge nothing is drawn. The x slice is turned over, as in the figure. */
function paintSlice(
  canvas: HTMLCanvasElement,
  template: Template,
  matrix: Float32Array,
  axis: 0 | 1 | 2,
  range: readonly [number, number],
  bright: boolean,
): void {
  const { rows, columns, values } = rotatedSlice(template, matrix, axis);
  const pixels = new Uint32Array(values.length);
  paintValues(values, range, { words: colorTable("grey").words, missing: 0 }, pixels);
  const upright = axis === 2 ? transposePixels(pixels, rows, columns) : pixels;
  [canvas.height, canvas.width] = axis === 2 ? [columns, rows] : [rows, columns];
  const context = canvas.getContext("2d")!;
  const image = context.createImageData(canvas.width, canvas.height);
  new Uint32Array(image.data.buffer).set(upright);
  context.putImageData(image, 0, 0);
  canvas.style.opacity = bright ? "1" : "0.35";
}
