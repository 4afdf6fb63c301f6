import { cssColor, rotationColor } from "./color-tables.js";
import type { ElementMaker } from "./make-elements.js";
import { formatValue } from "./readout.js";
import type { Rotations } from "./rotations.js";
import { inkOf } from "./theme.js";
import { entryAt, type VoxelCourse } from "./voxel-course.js";

/** The course of the voxel under the cross-hair: its score and winning rotation over the steps, as a plot and as a table. */
export interface CoursePanel {
  readonly element: HTMLElement;
  /** Shows a course; null = not known, for the reason given. */
  show(course: VoxelCourse | null, reason: string): void;
  /** Moves the mark to `step` of `stepCount`. */
  moveTo(step: number, stepCount: number): void;
  setRotations(rotations: Rotations): void;
  redraw(): void;
}

const HEIGHT = 120;
const LEFT = 52;
const BOTTOM = 18;
const TOP = 8;
const RIGHT = 8;

/** `onStep` is asked to go to a step. */
export function coursePanel({ make, button }: ElementMaker, onStep: (step: number) => void): CoursePanel {
  const title = make("h3", "", "Voxel under the cross-hair");
  const where = make("span", "muted");
  const canvas = make("canvas", "course rotoscope-ink");
  canvas.setAttribute("role", "img");
  const body = make("tbody", "");
  const head = make("tr", "");
  for (const name of ["Step", "Score", "Rotation", "Rot", "Tilt", "Psi"])
    head.append(Object.assign(make("th", "", name), { scope: "col" }));
  const table = make("table", "", make("thead", "", head), body);
  table.setAttribute("aria-label", "Improvements of this voxel");
  const scroller = make("div", "course-table", table);
  scroller.tabIndex = 0;
  scroller.setAttribute("role", "group");
  scroller.setAttribute("aria-label", "Table of improvements");
  const element = make("section", "panel", make("div", "bar", title, where), canvas, scroller);
  element.setAttribute("aria-label", "Course of the voxel");
  let course: VoxelCourse | null = null;
  let rotations: Rotations | null = null;
  let step = 0;
  let stepCount = 0;

  function drawTable(): void {
    body.replaceChildren(
      ...(course?.steps ?? []).map((at, entry) => {
        const angles = rotations?.angles(at - 1)?.map((angle) => angle.toFixed(1)) ?? ["", "", ""];
        const go = button(`Go to step ${at}`, String(at));
        go.addEventListener("click", () => onStep(at));
        const texts = [formatValue(course!.scores[entry]!), String(at - 1), ...angles];
        return make("tr", "", make("td", "", go), ...texts.map((text) => make("td", "", text)));
      }),
    );
    markRow();
  }

  function markRow(): void {
    const current = course ? entryAt(course, step) : -1;
    [...body.children].forEach((row, entry) => {
      if (entry === current) row.setAttribute("aria-current", "step");
      else row.removeAttribute("aria-current");
    });
  }

  function redraw(): void {
    const ratio = element.ownerDocument.defaultView?.devicePixelRatio ?? 1;
    canvas.hidden = scroller.hidden = !course || course.steps.length === 0;
    const width = canvas.clientWidth;
    if (!course || width === 0) return;
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(HEIGHT * ratio);
    const context = canvas.getContext("2d")!;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    const { text, muted, line, accent } = inkOf(canvas);
    const [low, high] = scoreSpan(course.scores);
    const x = (at: number) => LEFT + (at / Math.max(1, stepCount)) * (width - LEFT - RIGHT);
    const y = (score: number) => HEIGHT - BOTTOM - ((score - low) / (high - low)) * (HEIGHT - BOTTOM - TOP);

    context.strokeStyle = line;
    context.strokeRect(LEFT, TOP, width - LEFT - RIGHT, HEIGHT - BOTTOM - TOP);
    context.fillStyle = muted;
    context.font = "10px system-ui, sans-serif";
    context.textAlign = "right";
    context.fillText(formatValue(high), LEFT - 4, TOP + 8);
    context.fillText(formatValue(low), LEFT - 4, HEIGHT - BOTTOM);
    context.textAlign = "center";
    context.fillText("0", LEFT, HEIGHT - 5);
    context.fillText(String(stepCount), width - RIGHT - 10, HEIGHT - 5);
    context.fillText("rotation step", LEFT + (width - LEFT) / 2, HEIGHT - 5);

    context.strokeStyle = accent;
    context.setLineDash([3, 3]);
    context.beginPath();
    context.moveTo(x(step), TOP);
    context.lineTo(x(step), HEIGHT - BOTTOM);
    context.stroke();
    context.setLineDash([]);

    context.strokeStyle = text;
    context.lineWidth = 1.4;
    context.beginPath();
    course.steps.forEach((at, entry) => {
      if (entry === 0) context.moveTo(x(at), y(course!.scores[0]!));
      else context.lineTo(x(at), y(course!.scores[entry - 1]!));
      context.lineTo(x(at), y(course!.scores[entry]!));
    });
    context.lineTo(x(stepCount), y(course.scores.at(-1)!));
    context.stroke();
    course.steps.forEach((at, entry) => {
      context.fillStyle = cssColor(rotationColor(at - 1));
      context.beginPath();
      context.arc(x(at), y(course!.scores[entry]!), 3.5, 0, 2 * Math.PI);
      context.fill();
      context.lineWidth = 1;
      context.stroke();
    });
  }

  canvas.addEventListener("click", (event) => {
    const width = canvas.clientWidth - LEFT - RIGHT;
    const at = Math.round(((event.offsetX - LEFT) / width) * stepCount);
    if (course) onStep(Math.min(stepCount, Math.max(0, nearest(course.steps, at, (8 / width) * stepCount))));
  });

  return {
    element,
    show(next, reason) {
      course = next;
      where.textContent = !next ? reason : next.steps.length === 0 ? "No improvement of it is known." : describe(next);
      canvas.setAttribute("aria-label", `Score over the steps: ${next ? describe(next) : reason}`);
      drawTable();
      redraw();
    },
    moveTo(nextStep, nextCount) {
      if (step === nextStep && stepCount === nextCount) return;
      step = nextStep;
      stepCount = nextCount;
      markRow();
      redraw();
    },
    setRotations(next) {
      rotations = next;
      drawTable();
    },
    redraw,
  };
}

function describe({ steps, scores }: VoxelCourse): string {
  const times = `improved ${steps.length} time${steps.length === 1 ? "" : "s"}`;
  return `${times}, last at step ${steps.at(-1)} to ${formatValue(scores.at(-1)!)}`;
}

function scoreSpan(scores: readonly number[]): readonly [number, number] {
  const low = Math.min(0, ...scores);
  const high = Math.max(...scores);
  return high > low ? [low, high] : [low, low + 1];
}

/** The improvement within `reach` of a step, else the step itself. */
function nearest(steps: readonly number[], at: number, reach: number): number {
  const best = steps.reduce(
    (near, step) => (Math.abs(step - at) < Math.abs(near - at) ? step : near),
    Number.POSITIVE_INFINITY,
  );
  return Math.abs(best - at) <= reach ? best : at;
}
