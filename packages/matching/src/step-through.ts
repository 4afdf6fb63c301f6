import type { Provenance } from "@rotoscope/arrow";
import { type AnalyzerResult, type NdArray, ndarray, RotoscopeError } from "@rotoscope/core";
import { type MatchOptions, planSearch } from "./match.js";
import { RotationStepper } from "./rotation-stepper.js";

/** What a result was computed from, for `stepThrough`. Options that aren't given are the result's own, as its provenance has them. */
export type StepInputs = Partial<MatchOptions> & Pick<MatchOptions, "target" | "template">;

/** Options that a result's provenance has under the same name. */
const RECORDED = ["score", "interpolation", "padEdges", "minLocalStd", "scoreThreshold", "invert"] as const;

/**
 * Computes the score map of any one rotation of a result that was loaded from a file, given what it was computed from: the mask too, if it wasn't the default.
 *
 * Maps are to the same bits as in the search when its list held no matrix twice. Throws a `RotoscopeError` (`shape`, `argument`) when the inputs can't be the result's.
 *
 * @example
 * const result = await readArrow("result.arrow");
 * const stepper = stepThrough(result, { target, template });
 * const scores = await stepper.scoreMap(17);
 */
export function stepThrough(
  result: Pick<AnalyzerResult, "scores" | "rotationMapping"> & { readonly provenance: Provenance | null },
  inputs: StepInputs,
): RotationStepper {
  const recorded = result.provenance?.options ?? {};
  const options = RECORDED.filter((name) => recorded[name] !== undefined).map((name) => [name, recorded[name]]);
  const rotations = inputs.rotations ?? listOf(result.rotationMapping, Number(recorded.rotations ?? 0));
  const plan = planSearch({ ...Object.fromEntries(options), ...inputs, rotations, workers: 1 });
  const shape = plan.target.shape.slice(3 - rotations.shape[1]!);
  if (shape.join() !== result.scores.shape.join())
    throw new RotoscopeError(
      "shape",
      `target: shape [${shape.join(", ")}], the result's is [${result.scores.shape.join(", ")}]`,
    );
  const [given, used] = [plan.provenance.options.maskVoxels, recorded.maskVoxels];
  if (used !== undefined && used !== given)
    throw new RotoscopeError("argument", `mask: its weights add up to ${given}, those of the result's to ${used}`);
  return new RotationStepper(plan);
}

/** The matrices in the order of their numbers; a number without one was a repetition, or wasn't reached, and gets the first one's. */
function listOf(mapping: ReadonlyMap<number, Float32Array>, count: number): NdArray<Float32Array> {
  const first = mapping.values().next().value;
  if (!first) throw new RotoscopeError("argument", "result: holds no rotation");
  const length = [...mapping.keys()].reduce((most, index) => Math.max(most, index + 1), count);
  const data = new Float32Array(length * first.length);
  for (let index = 0; index < length; index++) data.set(mapping.get(index) ?? first, index * first.length);
  const dimensions = Math.sqrt(first.length);
  return ndarray(data, [length, dimensions, dimensions]);
}
