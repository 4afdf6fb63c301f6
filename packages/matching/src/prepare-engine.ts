import { ndarray } from "@rotoscope/core";
import { type EngineShare, shareEngine } from "@rotoscope/wasm";
import { laplacian } from "./laplacian.js";
import { type PrepareOptions, prepareTarget } from "./prepared-target.js";
import type { Score } from "./scores.js";
import { scramblePhases } from "./scramble-phases.js";
import { momentsOf } from "./target-statistics.js";

/** What workers share, and what the target looks like. */
export interface PreparedEngine {
  readonly share: EngineShare;
  /** Local standard deviation over the target's, per voxel; NaN where it isn't known. */
  readonly relativeStd: Float32Array;
}

/** Prepares target, template and background for `workers` workers. */
export function prepareEngine(
  options: PrepareOptions,
  template: Float32Array,
  scoreThreshold: number,
  workers: number,
): PreparedEngine {
  const { score, mask, interpolation, templateShape } = options;
  const prepared = prepareTarget(options, workers);
  const engineTemplate = templateOf(options, template);
  const background =
    typeof options.background === "number"
      ? scramblePhases(ndarray(template, templateShape), options.background).data
      : options.background;
  const share = shareEngine(prepared.room, {
    ...{ images: prepared.images, meanSquare: prepared.meanSquare },
    factor:
      engineTemplate.scale === 1 ? prepared.factor : prepared.factor.map((factor) => factor * engineTemplate.scale),
    template: engineTemplate.values,
    background: background && templateOf(options, background, engineTemplate.scale).values,
    mask: WITHOUT_MASK.includes(score) ? mask.map(() => 1) : mask,
    cubic: interpolation === "cubic",
    standardised: score !== "CC" && score !== "LCC",
    scoreThreshold,
  });
  return { share, relativeStd: prepared.relativeStd };
}

const WITHOUT_MASK: readonly Score[] = ["CC", "LCC", "NCC"];

/** The unrotated template as the score takes it: over `scale`, to be within float32's range, where scores aren't normalised. */
function templateOf(
  { score, templateShape }: PrepareOptions,
  template: Float32Array,
  given?: number,
): { readonly values: Float32Array; readonly scale: number } {
  if (score === "CAM") {
    const { mean, deviation } = momentsOf(template);
    return { values: template.map((value) => (value - mean) / deviation), scale: 1 };
  }
  if (score !== "CC" && score !== "LCC") return { values: template, scale: 1 };
  const values = score === "LCC" ? laplacian(template, templateShape) : template;
  const scale = given ?? Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
  return { values: values.map((value) => value / scale), scale };
}
