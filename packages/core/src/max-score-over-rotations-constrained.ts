import { RotoscopeError } from "./errors.js";
import { type Kernels, plainKernels } from "./kernels.js";
import { type MaxScoreOptions, MaxScoreOverRotations } from "./max-score-over-rotations.js";
import { sizeOf } from "./ndarray.js";
import { type ArrayLikeNd, float32Array, shapeOf } from "./nested-array.js";
import { cartToScore, type ScoreSpace } from "./score-space.js";
import { markRegions, type SeedRegions, seedRegions } from "./seed-regions.js";

/** Options of `MaxScoreOverRotationsConstrained`. */
export interface ConstrainedOptions extends Omit<MaxScoreOptions, "rotations"> {
  /** Seed points, n x d, target coordinates in voxels (the voxel that holds them counts); those outside the output are dropped. */
  readonly positions: ArrayLikeNd;
  /** The seeds' rotations, n x d x d. */
  readonly rotations: ArrayLikeNd;
  /** The list of rotations that `MaxScoreOverRotations` calls `rotations`. */
  readonly rotationList?: ArrayLikeNd;
  /** Accepted angle between the directions of a seed and of a rotation, in degrees; 0 = equal. Default: any. */
  readonly coneAngle?: number;
  /** Accept angles within coneOffset +- coneAngle (degrees) instead of up to coneAngle. Default: none. */
  readonly coneOffset?: number;
  /** The template's direction, in array axis order. Default: the first axis. */
  readonly reference?: readonly number[];
  /** Scores count within this distance of a seed, in voxels; one number, or one per axis of the seed's frame. Default: in the seed's own voxel only. */
  readonly acceptanceRadius?: number | readonly number[];
  /** How the score arrays lie in the target, when they are not the target's own (cut at `offset`). */
  readonly scoreSpace?: ScoreSpace;
}

/** Cosines are compared with this tolerance, so that matrices of float32 count as equal. */
const TOLERANCE = 1e-6;

/**
 * `MaxScoreOverRotations` that accepts scores only near seed points whose orientation agrees, in 2-D and 3-D.
 *
 * A seed with rotation S accepts a rotation R when the angle between S^T reference and R^T reference is accepted; scores then count in the ellipsoid about the seed, which
 * turns with S when the radii differ and wraps around periodically. A score outside counts as below the threshold; it still enters `meanSquare`.
 *
 * @example
 * const analyzer = new MaxScoreOverRotationsConstrained({ shape, positions, rotations, coneAngle: 15, acceptanceRadius: 4 });
 */
export class MaxScoreOverRotationsConstrained extends MaxScoreOverRotations {
  override readonly options: ConstrainedOptions;
  readonly #regions: SeedRegions;
  /** S^T reference per seed, n x d. */
  readonly #directions: Float64Array;
  readonly #reference: readonly number[];
  /** Accepted cosines, from and to. */
  readonly #cosines: readonly [number, number];
  readonly #inside: Uint8Array;
  #marked: readonly number[] = [];

  /** Throws a `RotoscopeError` (`argument`, `shape`) that names the option and its value. */
  constructor(options: ConstrainedOptions, kernels: Kernels = plainKernels) {
    const { rotations: _, rotationList, ...rest } = options ?? {};
    super({ ...rest, ...(rotationList === undefined ? {} : { rotations: rotationList }) }, kernels);
    this.options = options;
    const d = this.shape.length;
    if (d < 2) throw new RotoscopeError("argument", `shape: [${this.shape}], expected at least 2 axes`);
    if (typeof options.positions !== "object" || options.positions === null)
      throw new RotoscopeError("argument", `positions: ${options.positions}, expected an array of shape [n, ${d}]`);
    const count = shapeOf(options.positions, "positions")[0] ?? 0;
    const matrices = seedMatrices(options.rotations, count, d);
    const positions = count === 0 ? new Float32Array(0) : float32Array(options.positions, [count, d], "positions").data;
    const odd = positions.findIndex((coordinate) => !Number.isFinite(coordinate));
    if (odd !== -1)
      throw new RotoscopeError(
        "argument",
        `positions: ${Math.floor(odd / d)} has ${positions[odd]} along axis ${odd % d}, expected finite numbers`,
      );
    this.#reference = unit(options.reference ?? this.shape.map((_, axis) => (axis === 0 ? 1 : 0)), d);
    this.#cosines = acceptedCosines(options);
    const { voxels, kept } = this.#place(positions, options.scoreSpace);
    const rotations = Float32Array.from(
      kept.flatMap((seed) => [...matrices.subarray(seed * d * d, (seed + 1) * d * d)]),
    );
    this.#regions = seedRegions(voxels, rotations, radiiOf(options.acceptanceRadius, d), this.shape);
    this.#directions = Float64Array.from(kept.flatMap((_, seed) => this.#direction(rotations, seed * d * d)));
    this.#inside = accepting(this.shape);
  }

  /** Number of seeds inside the output. */
  get seedCount(): number {
    return this.#directions.length / this.shape.length;
  }

  protected override acceptedBy(matrix: Float32Array): Uint8Array {
    const d = this.shape.length;
    if (matrix.length !== d * d)
      throw new RotoscopeError("shape", `rotationMatrix: ${matrix.length} elements, expected ${d} x ${d}`);
    const direction = this.#direction(matrix, 0);
    const [from, to] = this.#cosines;
    const accepting: number[] = [];
    for (let seed = 0; seed < this.seedCount; seed++) {
      let cosine = 0;
      for (let axis = 0; axis < d; axis++) cosine += this.#directions[seed * d + axis]! * direction[axis]!;
      if (cosine >= from && cosine <= to) accepting.push(seed);
    }
    markRegions(this.#regions, this.#marked, this.#inside, 0);
    markRegions(this.#regions, accepting, this.#inside, 1);
    this.#marked = accepting;
    return this.#inside;
  }

  /** The voxels of the seeds that lie in the output, and their numbers. */
  #place(positions: Float32Array, space: ScoreSpace | undefined): { voxels: Int32Array; kept: number[] } {
    const d = this.shape.length;
    const seeds = Array.from({ length: positions.length / d }, (_, seed) =>
      Array.from(positions.subarray(seed * d, (seed + 1) * d)),
    );
    const mapped =
      space === undefined
        ? {
            positions: seeds.map((seed) => seed.map((p, axis) => p - this.offset[axis]!)),
            inside: seeds.map(() => true),
          }
        : cartToScore(seeds, space);
    const kept: number[] = [];
    const voxels: number[] = [];
    mapped.positions.forEach((position, seed) => {
      const voxel = position.map(Math.floor);
      if (!mapped.inside[seed] || !voxel.every((p, axis) => p >= 0 && p < this.shape[axis]!)) return;
      kept.push(seed);
      voxels.push(...voxel);
    });
    return { voxels: Int32Array.from(voxels), kept };
  }

  /** R^T reference of the matrix at `at`. */
  #direction(matrices: Float32Array, at: number): number[] {
    const d = this.shape.length;
    return this.#reference.map((_, column) =>
      this.#reference.reduce((sum, component, row) => sum + matrices[at + row * d + column]! * component, 0),
    );
  }
}

function accepting(shape: readonly number[]): Uint8Array {
  try {
    return new Uint8Array(sizeOf(shape));
  } catch (cause) {
    const needs = `shape: [${shape.join(", ")}] needs ${sizeOf(shape)} bytes, more than one array can have here`;
    throw new RotoscopeError("argument", needs, { cause });
  }
}

function seedMatrices(rotations: ArrayLikeNd, count: number, d: number): Float32Array {
  if (count === 0) return new Float32Array(0);
  return float32Array(rotations, [count, d, d], "rotations").data;
}

function unit(reference: readonly number[], d: number): readonly number[] {
  const length = typeof reference?.map === "function" ? Math.hypot(...reference) : Number.NaN;
  if (reference.length !== d || !(length > 0 && length < Number.POSITIVE_INFINITY))
    throw new RotoscopeError("argument", `reference: [${String(reference)}], expected ${d} numbers that aren't all 0`);
  return reference.map((component) => component / length);
}

function radiiOf(radius: ConstrainedOptions["acceptanceRadius"], d: number): readonly number[] {
  const radii =
    radius === undefined
      ? new Array<number>(d).fill(0)
      : typeof radius === "number"
        ? new Array<number>(d).fill(radius)
        : radius;
  if (radii?.length !== d || radii.some((entry) => !(entry >= 0 && entry < Number.POSITIVE_INFINITY)))
    throw new RotoscopeError("argument", `acceptanceRadius: [${radius}], expected a number >= 0, or ${d}`);
  return radii;
}

function acceptedCosines({ coneAngle, coneOffset }: ConstrainedOptions): readonly [number, number] {
  for (const [name, angle] of Object.entries({ coneAngle, coneOffset }))
    if (angle !== undefined && !(angle >= 0 && angle <= 180))
      throw new RotoscopeError("argument", `${name}: ${angle}, expected degrees from 0 to 180`);
  if (coneAngle === undefined) return [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  const cosine = (degrees: number): number => Math.cos((Math.min(180, Math.max(0, degrees)) * Math.PI) / 180);
  const widest = cosine((coneOffset ?? 0) + coneAngle) - TOLERANCE;
  const narrowest = (coneOffset ?? 0) - coneAngle;
  return [widest, narrowest > 0 ? cosine(narrowest) + TOLERANCE : Number.POSITIVE_INFINITY];
}
