import { type NdArray, rotate } from "@rotoscope/core";
import { Correlator } from "./correlator.js";
import type { PreparedTarget } from "./prepared-target.js";

/**
 * Scores of FLCSphericalMask, CC(f, g) / (N sd_f): the template is rotated (linear), standardised in the unrotated mask and correlated
 * with the target. Two rotations share each transform, always 2k and 2k + 1, so that the rounding of one rotation's scores doesn't depend on
 * who computes them.
 */
export class FlcSphericalMask {
  readonly #prepared: PreparedTarget;
  readonly #template: NdArray<Float32Array>;
  readonly #mask: Float32Array;
  readonly #correlator: Correlator;
  readonly #first: Float32Array;
  readonly #second: Float32Array;

  constructor(prepared: PreparedTarget, template: NdArray<Float32Array>, mask: Float32Array) {
    this.#prepared = prepared;
    this.#template = template;
    this.#mask = mask;
    this.#correlator = new Correlator(prepared.grid, { re: prepared.spectrumRe, im: prepared.spectrumIm });
    this.#first = new Float32Array(prepared.factor.length);
    this.#second = new Float32Array(prepared.factor.length);
  }

  /** Score maps of one or two rotations, C order of the target's shape; overwritten by the next call. */
  scorePair(first: Float32Array, second: Float32Array | null): [Float32Array, Float32Array | null] {
    const { shape, templateShape, origin, factor } = this.#prepared;
    const boxes = [first, second].map((matrix) => matrix && this.#standardised(matrix));
    this.#correlator.correlate(
      boxes[0]!,
      boxes[1] ?? null,
      templateShape,
      origin,
      shape,
      this.#first,
      second ? this.#second : null,
    );
    for (const scores of second ? [this.#first, this.#second] : [this.#first])
      for (let voxel = 0; voxel < scores.length; voxel++) scores[voxel] = scores[voxel]! * factor[voxel]!;
    return [this.#first, second ? this.#second : null];
  }

  #standardised(matrix: Float32Array): Float64Array {
    const rotated = rotate(this.#template, matrix).data;
    const mask = this.#mask;
    let count = 0;
    let sum = 0;
    let squares = 0;
    for (let voxel = 0; voxel < rotated.length; voxel++) {
      const value = rotated[voxel]!;
      count += mask[voxel]!;
      sum += value * mask[voxel]!;
      squares += value * value * mask[voxel]!;
    }
    const mean = sum / count;
    const std = Math.sqrt(Math.max(0, squares / count - mean * mean));
    const scale = std > 0 ? 1 / std : 0;
    return Float64Array.from(rotated, (value, voxel) => (value - mean) * scale * mask[voxel]!);
  }
}
