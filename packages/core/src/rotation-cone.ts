import { RotoscopeError } from "./errors.js";
import { aboutAxis, conjugate, multiply, type Quaternion } from "./quaternion.js";

/** Rotations that keep an axis of the template near a direction. */
export interface ConeOptions {
  /** How far the template's axis may tilt, in degrees, 0 to 180. */
  readonly angleDegrees: number;
  /** The template's axis, in array order. Default: the first axis, z. */
  readonly axis?: readonly number[];
  /** The direction in the target that the axis stays near, in array order. Default: the same. */
  readonly direction?: readonly number[];
  /** Turns about the axis are tried within this range about 0, in degrees. Default 360 (over n with the symmetry Cn). */
  readonly inPlaneDegrees?: number;
  /** Step of those turns. Default: the angular sampling. */
  readonly inPlaneSamplingDegrees?: number;
}

/** A cone as numbers: angles in radians, unit vectors. */
export interface Cone {
  readonly angle: number;
  readonly axis: readonly number[];
  readonly direction: readonly number[];
  readonly inPlane: number;
  readonly inPlaneStep: number;
}

const DEGREE = Math.PI / 180;
const GOLDEN_ANGLE = Math.PI * (3 - Math.sqrt(5));

/** Checks and completes the options. Throws a `RotoscopeError` (`argument`) that names the option and its value. */
export function coneOf(options: ConeOptions, samplingDegrees: number, fold: number): Cone {
  const { angleDegrees, axis = [1, 0, 0], inPlaneDegrees = 360 / fold, inPlaneSamplingDegrees } = options;
  const angles = { angleDegrees: [angleDegrees, 180], inPlaneDegrees: [inPlaneDegrees, 360] } as const;
  for (const [name, [angle, most]] of Object.entries(angles))
    if (!(angle >= 0 && angle <= most))
      throw new RotoscopeError("argument", `cone.${name}: ${angle}, expected 0 to ${most}`);
  const step = inPlaneSamplingDegrees ?? samplingDegrees;
  if (!(step > 0 && step <= 360))
    throw new RotoscopeError("argument", `cone.inPlaneSamplingDegrees: ${step}, expected over 0, up to 360`);
  return {
    angle: angleDegrees * DEGREE,
    axis: unit("axis", axis),
    direction: unit("direction", options.direction ?? axis),
    inPlane: inPlaneDegrees * DEGREE,
    inPlaneStep: step * DEGREE,
  };
}

/**
 * The rotations of a cone, the template's axis tilted in steps of about `sampling` (radians): directions on a Fibonacci spiral over the spherical cap, one for each
 * `sampling` squared of its area, each with the turns in the plane.
 */
export function coneRotations(cone: Cone, sampling: number): Quaternion[] {
  const directions = Math.max(1, Math.ceil((2 * Math.PI * (1 - Math.cos(cone.angle))) / sampling ** 2));
  const turns = Math.max(1, Math.ceil(cone.inPlane / cone.inPlaneStep - 1e-9));
  const whole = cone.inPlane > 2 * Math.PI - 1e-9;
  return Array.from({ length: directions * turns }, (_, index) => {
    const turn = index % turns;
    const fraction = whole ? turn / turns : (turn + 0.5) / turns - 0.5;
    return inCone(cone, (Math.floor(index / turns) + 0.5) / directions, Math.floor(index / turns), fraction);
  });
}

/** Any rotation of the cone, for measuring: probe `index` of `count`. */
export function coneProbe(cone: Cone): (index: number, count: number) => Quaternion {
  return (index, count) => inCone(cone, index / (count - 1), index, ((index * Math.SQRT2) % 1) - 0.5);
}

/** Whether a rotation is of the cone. */
export function isInCone(cone: Cone, rotation: Quaternion): boolean {
  const back = conjugate(rotation);
  const [, ...tilted] = multiply(multiply(back, [0, ...cone.axis] as unknown as Quaternion), rotation);
  const cosine = tilted.reduce((sum, component, axis) => sum + component * cone.direction[axis]!, 0);
  if (cosine < Math.cos(cone.angle) - 1e-9) return false;
  if (cone.inPlane > 2 * Math.PI - 1e-9) return true;
  const turn = multiply(conjugate(between(cone.axis, tilted)), back);
  const along = turn[1] * cone.axis[0]! + turn[2] * cone.axis[1]! + turn[3] * cone.axis[2]!;
  const angle = 2 * Math.atan2(along, turn[0]);
  return Math.abs(angle - 2 * Math.PI * Math.round(angle / (2 * Math.PI))) <= cone.inPlane / 2 + 1e-9;
}

/** `height` 0 ... 1 from the middle of the cap to its rim, by area; `turn` in fractions of the range in the plane. Target to template: the inverse of turn, then tilt. */
function inCone(cone: Cone, height: number, spiral: number, turn: number): Quaternion {
  const cosine = 1 - height * (1 - Math.cos(cone.angle));
  const sine = Math.sqrt(Math.max(0, 1 - cosine * cosine));
  const [u, v] = perpendicular(cone.direction);
  const [cu, cv] = [Math.cos(spiral * GOLDEN_ANGLE) * sine, Math.sin(spiral * GOLDEN_ANGLE) * sine];
  const tilted = cone.direction.map((component, axis) => cosine * component + cu * u[axis]! + cv * v[axis]!);
  return conjugate(multiply(between(cone.axis, tilted), aboutAxis(cone.axis, turn * cone.inPlane)));
}

/** The smallest rotation that takes one unit vector to another. */
function between(from: readonly number[], to: readonly number[]): Quaternion {
  const cosine = from.reduce((sum, component, axis) => sum + component * to[axis]!, 0);
  if (cosine < -1 + 1e-12) return aboutAxis(perpendicular(from)[0], Math.PI);
  const [x, y, z] = cross(from, to);
  const length = Math.hypot(1 + cosine, x!, y!, z!);
  return [(1 + cosine) / length, x! / length, y! / length, z! / length];
}

function perpendicular(axis: readonly number[]): readonly [readonly number[], readonly number[]] {
  const least = axis.map(Math.abs).indexOf(Math.min(...axis.map(Math.abs)));
  const other = [0, 1, 2].map((at) => (at === least ? 1 : 0));
  const first = cross(axis, other);
  const u = first.map((component) => component / Math.hypot(...first));
  return [u, cross(axis, u)];
}

function cross([a, b, c]: readonly number[], [x, y, z]: readonly number[]): readonly number[] {
  return [b! * z! - c! * y!, c! * x! - a! * z!, a! * y! - b! * x!];
}

function unit(name: string, vector: readonly number[]): readonly number[] {
  const length = Math.hypot(...vector);
  if (vector.length !== 3 || !(length > 0 && length < Number.POSITIVE_INFINITY))
    throw new RotoscopeError("argument", `cone.${name}: [${vector}], expected 3 numbers that aren't all 0`);
  return vector.map((component) => component / length);
}
