import type { Rotations } from "./rotations.js";
import { inkOf } from "./theme.js";

/** Where a rotation lies among those tried. */
export interface OrientationMap {
  readonly canvas: HTMLCanvasElement;
  /** Draws all rotations, those before `tried` stronger, and marks `index` (-1 = none). */
  draw(rotations: Rotations, tried: number, index: number): void;
}

const WIDTH = 250;
const HEIGHT = 140;
const LEFT = 30;
const BOTTOM = 26;
const TOP = 12;
const RIGHT = 14;
/** More dots than this tell no more. */
const MOST_DOTS = 6000;

/**
 * A map of directions: rot to the right, tilt down, at even areas, so that an even set looks even; the mark's hand shows psi. Rotations in a plane lie on a
 * circle instead.
 */
export function orientationMap(document: Document): OrientationMap {
  const canvas = document.createElement("canvas");
  canvas.className = "rotoscope-orientations rotoscope-ink";
  canvas.setAttribute("role", "img");
  const dots = triedDots(document);
  return {
    canvas,
    draw(rotations, tried, index) {
      const ratio = document.defaultView?.devicePixelRatio ?? 1;
      fit(canvas, ratio);
      const context = canvas.getContext("2d")!;
      context.setTransform(1, 0, 0, 1, 0, 0);
      context.clearRect(0, 0, canvas.width, canvas.height);
      const { text, muted, line, accent } = inkOf(canvas);
      context.drawImage(dots(rotations, tried, muted, ratio), 0, 0);
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      const planar = isPlanar(rotations);
      context.strokeStyle = line;
      context.lineWidth = 1;
      if (planar) {
        context.beginPath();
        context.arc(...CIRCLE, 0, 2 * Math.PI);
        context.stroke();
      } else drawAxes(context, muted);
      const angles = index < 0 ? null : rotations.angles(index);
      canvas.setAttribute(
        "aria-label",
        `${rotations.count} rotations, ${Math.min(tried, rotations.count)} tried${angles ? `; rotation ${index} is marked` : ""}`,
      );
      if (!angles) return;
      const [x, y] = (planar ? onCircle : onSphere)(angles);
      const psi = (angles[2] * Math.PI) / 180;
      context.strokeStyle = accent;
      context.fillStyle = accent;
      context.lineWidth = 2;
      context.beginPath();
      context.arc(x, y, 6, 0, 2 * Math.PI);
      if (!planar) {
        context.moveTo(x, y);
        context.lineTo(x + 13 * Math.cos(psi), y - 13 * Math.sin(psi));
      }
      context.stroke();
      context.beginPath();
      context.arc(x, y, 2, 0, 2 * Math.PI);
      context.fillStyle = text;
      context.fill();
    },
  };
}

/** Draws a dot for each rotation, those before `tried` stronger; only what is new, while a search goes on. */
function triedDots(
  document: Document,
): (rotations: Rotations, tried: number, ink: string, ratio: number) => HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  let drawn: { rotations: Rotations; tried: number; ink: string; ratio: number } | null = null;

  return (rotations, tried, ink, ratio) => {
    const goesOn = drawn?.rotations === rotations && drawn.ink === ink && drawn.ratio === ratio && drawn.tried <= tried;
    if (!goesOn) fit(canvas, ratio);
    const context = canvas.getContext("2d")!;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.fillStyle = ink;
    const place = isPlanar(rotations) ? onCircle : onSphere;
    const every = Math.max(1, Math.ceil(rotations.count / MOST_DOTS));
    const draw = (from: number, to: number, alpha: number): void => {
      context.globalAlpha = alpha;
      for (let index = Math.ceil(from / every) * every; index < Math.min(to, rotations.count); index += every) {
        const angles = rotations.angles(index);
        if (!angles) continue;
        const [x, y] = place(angles);
        context.fillRect(x - 1, y - 1, 2, 2);
      }
    };
    if (!goesOn) {
      context.clearRect(0, 0, WIDTH, HEIGHT);
      draw(0, rotations.count, 0.25);
    }
    draw(goesOn ? drawn!.tried : 0, tried, 0.8);
    drawn = { rotations, tried, ink, ratio };
    return canvas;
  };
}

function fit(canvas: HTMLCanvasElement, ratio: number): void {
  const [width, height] = [Math.round(WIDTH * ratio), Math.round(HEIGHT * ratio)];
  if (canvas.width === width && canvas.height === height) return;
  canvas.width = width;
  canvas.height = height;
}

const CIRCLE = [WIDTH / 2, HEIGHT / 2, HEIGHT / 2 - 14] as const;

type Place = (angles: readonly [number, number, number]) => readonly [number, number];

const onSphere: Place = ([rot, tilt]) => [
  LEFT + ((rot + 180) / 360) * (WIDTH - LEFT - RIGHT),
  TOP + ((1 - Math.cos((tilt * Math.PI) / 180)) / 2) * (HEIGHT - TOP - BOTTOM),
];

const onCircle: Place = ([rot, , psi]) => {
  const angle = ((rot + psi) * Math.PI) / 180;
  return [CIRCLE[0] + CIRCLE[2] * Math.cos(angle), CIRCLE[1] - CIRCLE[2] * Math.sin(angle)];
};

/** Whether all rotations are about z. */
export function isPlanar(rotations: Rotations): boolean {
  for (let index = 0; index < Math.min(rotations.count, 50); index++) {
    const angles = rotations.angles(index);
    if (angles && Math.abs(angles[1]) > 0.01) return false;
  }
  return true;
}

function drawAxes(context: CanvasRenderingContext2D, muted: string): void {
  context.strokeRect(LEFT, TOP, WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM);
  context.fillStyle = muted;
  context.font = "10px system-ui, sans-serif";
  context.textAlign = "right";
  for (const tilt of [0, 90, 180])
    context.fillText(`${tilt}°`, LEFT - 3, onSphere([0, tilt, 0])[1] + (tilt === 0 ? 8 : 3));
  context.textAlign = "center";
  for (const rot of [-180, -90, 0, 90, 180]) {
    const [x] = onSphere([rot, 0, 0]);
    context.fillText(`${rot}°`, Math.min(WIDTH - 16, x), HEIGHT - BOTTOM + 11);
  }
  context.fillText("rot (tilt down, psi as hand)", LEFT + (WIDTH - LEFT) / 2, HEIGHT - 3);
}
