import type { SlicePixels } from "./slice-pixels.js";

/** The pixels of one slice, drawn beneath Plotly's axes. */
export interface SliceCanvas {
  /** Clips the canvas to an axis pair's area; goes under Plotly's SVG. */
  readonly element: HTMLElement;
  /** Shows a slice, row 0 at the top. */
  draw(slice: SlicePixels): void;
  /** Puts the area at `left`, `top`, and the pixels in it so that voxel edges lie at `x` and `y` (first and last edge, from the area's corner). */
  place(area: Area, x: readonly [number, number], y: readonly [number, number]): void;
}

/** In CSS pixels of the figure. */
export interface Area {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Makes an empty canvas; it is hidden from assistive technology, which reads the readout instead. */
export function sliceCanvas(document: Document): SliceCanvas {
  const element = document.createElement("div");
  element.className = "rotoscope-slice";
  element.setAttribute("aria-hidden", "true");
  const canvas = document.createElement("canvas");
  element.append(canvas);
  const context = canvas.getContext("2d")!;
  let image: ImageData | null = null;

  return {
    element,
    draw({ pixels, rows, columns }) {
      if (image?.width !== columns || image.height !== rows) {
        canvas.width = columns;
        canvas.height = rows;
        image = context.createImageData(columns, rows);
      }
      new Uint32Array(image.data.buffer).set(pixels);
      context.putImageData(image, 0, 0);
    },
    place(area, x, y) {
      setBox(element, area);
      setBox(canvas, { left: x[0], top: y[0], width: x[1] - x[0], height: y[1] - y[0] });
    },
  };
}

function setBox(element: HTMLElement, { left, top, width, height }: Area): void {
  Object.assign(element.style, { left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px` });
}
