import { deepestHoles } from "./covering-radius.js";
import { RotoscopeError } from "./errors.js";
import { evenModuloSymmetry, imagesOf } from "./even-modulo-symmetry.js";
import { type NdArray, ndarray } from "./ndarray.js";
import { conjugate, matrixOf, multiply, type Quaternion } from "./quaternion.js";
import { type ConeOptions, coneOf, coneProbe, coneRotations, isInCone } from "./rotation-cone.js";
import { spiralRotation } from "./super-fibonacci.js";
import { parseSymmetry, type Symmetry, symmetryRotations } from "./symmetry.js";

/** Which rotations to try. */
export interface RotationSetOptions {
  /** Mean distance between neighbouring rotations, in degrees; over 0, up to 180. */
  readonly angularSamplingDegrees: number;
  /** 3 (default) or 2. */
  readonly dimensions?: 2 | 3;
  /**
   * Of the template, such as "C6" or "D2": of equivalent rotations only one is tried. The axis of Cn is z, the array's first axis, through the middle of the box; Dn has a half turn
   * about x, the last axis, too (RELION's convention). In 2-D Cn.
   */
  readonly symmetry?: string;
  /** Only rotations that keep an axis of the template near a direction. */
  readonly cone?: ConeOptions;
}

/** Rotation matrices, n x d x d, and how well they cover what they are to cover. */
export interface RotationSet extends NdArray<Float32Array> {
  readonly angularSamplingDegrees: number;
  /** Symmetry by which the set is reduced; "C1" = none. */
  readonly symmetry: string;
  /** Measured: no rotation (of the cone) is farther than this from one of the set, or an equivalent of one, in degrees. */
  readonly coveringRadiusDegrees: number;
  /** All this in a sentence. */
  readonly description: string;
}

const DEGREE = Math.PI / 180;

/**
 * Rotation matrices spread evenly over all orientations: n x d x d, float32, row-major, in array axis order, target to template; the first is the identity, but in a cone.
 *
 * In 3-D n = ceil(8 pi^2 / s^3), s the angular sampling in radians (the volume of SO(3) over a cube of edge s; 551 at 30 degrees), placed
 * on a super-Fibonacci spiral (Alexa, CVPR 2022). With a symmetry group G about n / |G|: equal turns about each of some directions of its axis. In 2-D n = ceil(360 / s) equal steps.
 * No rotation is farther than the sampling from its nearest one; `coveringRadiusDegrees` is how far, measured.
 * Throws a `RotoscopeError` (`argument`) that names the option and its value.
 *
 * @example
 * rotationSet({ angularSamplingDegrees: 10, symmetry: "C6" }).description;
 * rotationSet({ angularSamplingDegrees: 5, cone: { angleDegrees: 20, inPlaneSamplingDegrees: 10 } });
 */
export function rotationSet(options: RotationSetOptions): RotationSet {
  const { angularSamplingDegrees, dimensions = 3 } = options;
  if (!(angularSamplingDegrees > 0 && angularSamplingDegrees <= 180))
    throw new RotoscopeError(
      "argument",
      `angularSamplingDegrees: ${angularSamplingDegrees}, expected over 0, up to 180`,
    );
  if (dimensions !== 2 && dimensions !== 3)
    throw new RotoscopeError("argument", `dimensions: ${dimensions as number}, expected 2 or 3`);
  const symmetry = parseSymmetry(options.symmetry ?? "C1");
  return dimensions === 2 ? planarRotations(options, symmetry) : spatialRotations(options, symmetry);
}

function planarRotations({ angularSamplingDegrees, cone }: RotationSetOptions, symmetry: Symmetry): RotationSet {
  if (symmetry.dihedral)
    throw new RotoscopeError("argument", `symmetry: ${symmetry.name}, expected Cn: a plane can't be turned over`);
  const turn = 360 / symmetry.fold;
  const range = cone ? Math.min(turn, 2 * cone.angleDegrees) : turn;
  if (!(range >= 0))
    throw new RotoscopeError("argument", `cone.angleDegrees: ${cone?.angleDegrees}, expected 0 to 180`);
  const count = Math.max(1, Math.ceil(range / angularSamplingDegrees - 1e-9));
  const matrices = new Float32Array(count * 4);
  for (let index = 0; index < count; index++) {
    const angle = (range < turn ? ((index + 0.5) / count - 0.5) * range : (index / count) * range) * DEGREE;
    matrices.set([Math.cos(angle), -Math.sin(angle), Math.sin(angle), Math.cos(angle)], index * 4);
  }
  return described(ndarray(matrices, [count, 2, 2]), angularSamplingDegrees, symmetry, cone, () => range / count / 2);
}

function spatialRotations(options: RotationSetOptions, symmetry: Symmetry): RotationSet {
  const { angularSamplingDegrees } = options;
  const sampling = angularSamplingDegrees * DEGREE;
  const group = symmetryRotations(symmetry);
  if (!options.cone) {
    const rotations = evenRotations(sampling, symmetry);
    const radius = (): number => deepestHoles(imagesOf(rotations, group), spiralRotation)[0]!.angle / DEGREE;
    return described(asMatrices(rotations), angularSamplingDegrees, symmetry, undefined, radius);
  }
  const cone = coneOf(options.cone, angularSamplingDegrees, symmetry.fold);
  if (symmetry.fold > 1 && Math.abs(cone.axis[0]!) < 1 - 1e-9)
    throw new RotoscopeError("argument", `cone.axis: [${cone.axis}], expected the axis of ${symmetry.name}, z`);
  const rotations = coneRotations(cone, sampling);
  const whole = (2 * Math.PI) / symmetry.fold - cone.inPlane < 1e-9;
  const images = imagesOf(rotations, whole ? group.slice(0, symmetry.fold) : group.slice(0, 1));
  const radius = (): number =>
    deepestHoles(images, coneProbe(cone), (rotation) => isInCone(cone, rotation))[0]!.angle / DEGREE;
  return described(asMatrices(rotations), angularSamplingDegrees, symmetry, options.cone, radius);
}

/** All orientations, the identity first, one of each set of equivalents. */
function evenRotations(sampling: number, symmetry: Symmetry): Quaternion[] {
  const count = Math.ceil((8 * Math.PI ** 2) / sampling ** 3);
  if (symmetry.name === "C1") {
    const toIdentity = conjugate(spiralRotation(0, count));
    return Array.from({ length: count }, (_, index) => multiply(toIdentity, spiralRotation(index, count)));
  }
  return evenModuloSymmetry(symmetry, count, sampling);
}

function asMatrices(rotations: readonly Quaternion[]): NdArray<Float32Array> {
  const matrices = new Float32Array(rotations.length * 9);
  rotations.forEach((rotation, index) => {
    matrices.set(matrixOf(rotation), index * 9);
  });
  return ndarray(matrices, [rotations.length, 3, 3]);
}

function described(
  matrices: NdArray<Float32Array>,
  angularSamplingDegrees: number,
  { name }: Symmetry,
  cone: ConeOptions | undefined,
  measure: () => number,
): RotationSet {
  let radius: number | undefined;
  return {
    ...matrices,
    angularSamplingDegrees,
    symmetry: name,
    get coveringRadiusDegrees(): number {
      radius ??= measure();
      return radius;
    },
    get description(): string {
      const where = cone ? ` in a cone of ${cone.angleDegrees} degrees` : "";
      const reduced = name === "C1" ? "" : `, reduced by ${name}`;
      return (
        `${matrices.shape[0]} rotations${where} at ${angularSamplingDegrees} degrees${reduced}: ` +
        `none is farther than ${(Math.ceil(10 * this.coveringRadiusDegrees) / 10).toFixed(1)} degrees from its nearest one`
      );
    },
  };
}
