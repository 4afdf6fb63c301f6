import { NearestRotation } from "./nearest-rotation.js";
import { aboutAxis, multiply, type Quaternion } from "./quaternion.js";

/** Probes that are improved by climbing, and how often the step is halved. */
const CLIMBERS = 24;
const HALVINGS = 14;

/** Any rotation of a region: point `index` of `count` spread over it. */
export type Probe = (index: number, count: number) => Quaternion;

/** A rotation, and its angle to the nearest one (radians). */
export interface Hole {
  readonly rotation: Quaternion;
  readonly angle: number;
}

/**
 * The rotations of a region that are farthest from all of `points` (quaternions, four numbers each), farthest first: of probes spread over the region the farthest ones, which then
 * climb away from the points as far as they can, within the region where `contains` says so. The first one's angle is the covering radius.
 */
export function deepestHoles(
  points: Float64Array,
  probe: Probe,
  contains?: (rotation: Quaternion) => boolean,
): readonly Hole[] {
  const nearest = new NearestRotation(points);
  const count = Math.min(60_000, Math.max(4000, points.length));
  const probes = Array.from({ length: count }, (_, index) => {
    const rotation = probe(index, count);
    return { rotation, angle: nearest.angle(rotation) };
  });
  return probes
    .sort((a, b) => b.angle - a.angle)
    .slice(0, CLIMBERS)
    .map(({ rotation, angle }) => climb(rotation, angle, nearest, contains))
    .sort((a, b) => b.angle - a.angle);
}

/** Climbs from `start`, `angle` away from its nearest point, to where that is farther. */
function climb(
  start: Quaternion,
  angle: number,
  nearest: NearestRotation,
  contains: (rotation: Quaternion) => boolean = () => true,
): Hole {
  let [at, best] = [start, angle];
  let step = angle / 4;
  for (let halving = 0; halving < HALVINGS; ) {
    let moved = false;
    for (const axis of DIRECTIONS) {
      const next = multiply(aboutAxis(axis, step), at);
      const there = contains(next) ? nearest.angle(next) : 0;
      if (there > best) {
        [at, best, moved] = [next, there, true];
      }
    }
    if (moved) continue;
    step /= 2;
    halving++;
  }
  return { rotation: at, angle: best };
}

/** The directions to the faces, edges and corners of a cube. */
const DIRECTIONS: readonly (readonly number[])[] = Array.from({ length: 27 }, (_, at) => [
  (at % 3) - 1,
  (Math.floor(at / 3) % 3) - 1,
  Math.floor(at / 9) - 1,
])
  .filter((direction) => direction.some((component) => component !== 0))
  .map((direction) => direction.map((component) => component / Math.hypot(...direction)));
