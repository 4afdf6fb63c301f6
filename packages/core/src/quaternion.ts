/** A rotation as a unit quaternion; x, y, z are the array's axes, slowest first. q and -q are the same rotation. */
export type Quaternion = readonly [w: number, x: number, y: number, z: number];

export function conjugate([w, x, y, z]: Quaternion): Quaternion {
  return [w, -x, -y, -z];
}

/** First b, then a: the quaternion of the product of their matrices, A B. */
export function multiply([a, b, c, d]: Quaternion, [w, x, y, z]: Quaternion): Quaternion {
  return [
    a * w - b * x - c * y - d * z,
    a * x + b * w + c * z - d * y,
    a * y - b * z + c * w + d * x,
    a * z + b * y - c * x + d * w,
  ];
}

/** The rotation by `angle` (radians) about the unit vector `axis`. */
export function aboutAxis([x, y, z]: readonly number[], angle: number): Quaternion {
  const sine = Math.sin(angle / 2);
  return [Math.cos(angle / 2), x! * sine, y! * sine, z! * sine];
}

/** The 3 x 3 matrix, row-major. */
export function matrixOf([w, x, y, z]: Quaternion): number[] {
  return [
    1 - 2 * (y * y + z * z),
    2 * (x * y - w * z),
    2 * (x * z + w * y),
    2 * (x * y + w * z),
    1 - 2 * (x * x + z * z),
    2 * (y * z - w * x),
    2 * (x * z - w * y),
    2 * (y * z + w * x),
    1 - 2 * (x * x + y * y),
  ];
}

/** The quaternion of a 3 x 3 rotation matrix, by its largest component. */
export function quaternionOf(matrix: ArrayLike<number>): Quaternion {
  const [a, b, c, d, e, f, g, h, i] = Array.from(matrix) as [
    ...[number, number, number],
    ...[number, number, number],
    ...[number, number, number],
  ];
  const squares = [1 + a + e + i, 1 + a - e - i, 1 - a + e - i, 1 - a - e + i];
  const largest = squares.indexOf(Math.max(...squares));
  const candidates: Quaternion[] = [
    [squares[0]!, h - f, c - g, d - b],
    [h - f, squares[1]!, b + d, c + g],
    [c - g, b + d, squares[2]!, f + h],
    [d - b, c + g, f + h, squares[3]!],
  ];
  const found = candidates[largest]!;
  const length = Math.hypot(...found);
  return found.map((component) => component / length) as unknown as Quaternion;
}
