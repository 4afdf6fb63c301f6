import { drawOverlay, type Overlay, type VoxelScale } from "./slice-overlay.js";
import type { SlicePixels } from "./slice-pixels.js";

/** The pixels of one slice and what is drawn over them, beneath Plotly's axes. */
export interface SliceCanvas {
  /** Clips the canvases to an axis pair's area; goes under Plotly's SVG. */
  readonly element: HTMLElement;
  /** The pixels, one per voxel. */
  readonly canvas: HTMLCanvasElement;
  /** Shows a slice, row 0 at the top. */
  draw(slice: SlicePixels): void;
  /** Puts the area at `left`, `top`, and the pixels in it so that the voxels lie at `right` and `down`. */
  place(area: Area, right: VoxelScale, down: VoxelScale): void;
  /** Draws over the pixels, in the area as it was placed last. */
  drawOver(overlay: Omit<Overlay, "right" | "down">): void;
}

/** In CSS pixels of the figure. */
export interface Area {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Makes empty canvases; they are hidden from assistive technology, which reads the readout instead. */
export function sliceCanvas(document: Document): SliceCanvas {
  const element = document.createElement("div");
  element.className = "rotoscope-slice";
  element.setAttribute("aria-hidden", "true");
  const canvas = document.createElement("canvas");
  const over = document.createElement("canvas");
  element.append(canvas, over);
  const context = canvas.getContext("2d")!;
  const overContext = over.getContext("2d")!;
  let image: ImageData | null = null;
  let size = { rows: 1, columns: 1 };
  let placed: { readonly area: Area; readonly right: VoxelScale; readonly down: VoxelScale } | null = null;

  function placePixels(): void {
    if (!placed) return;
    const { right, down } = placed;
    setBox(canvas, {
      left: right.start - right.scale / 2,
      top: down.start - down.scale / 2,
      width: size.columns * right.scale,
      height: size.rows * down.scale,
    });
  }

  return {
    element,
    canvas,
    draw({ pixels, rows, columns }) {
      if (image?.width !== columns || image.height !== rows) {
        canvas.width = columns;
        canvas.height = rows;
        image = context.createImageData(columns, rows);
        size = { rows, columns };
        placePixels();
      }
      new Uint32Array(image.data.buffer).set(pixels);
      context.putImageData(image, 0, 0);
    },
    place(area, right, down) {
      placed = { area, right, down };
      setBox(element, area);
      placePixels();
      const { devicePixelRatio: ratio = 1 } = document.defaultView ?? {};
      const [width, height] = [Math.round(area.width * ratio), Math.round(area.height * ratio)];
      if (over.width !== width || over.height !== height) {
        over.width = width;
        over.height = height;
        setBox(over, { left: 0, top: 0, width: area.width, height: area.height });
      }
      overContext.setTransform(ratio, 0, 0, ratio, 0, 0);
    },
    drawOver(overlay) {
      if (placed)
        drawOverlay(overContext, placed.area.width, placed.area.height, {
          ...overlay,
          right: placed.right,
          down: placed.down,
        });
    },
  };
}

function setBox(element: HTMLElement, { left, top, width, height }: Area): void {
  Object.assign(element.style, { left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px` });
}
