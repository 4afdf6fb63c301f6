import { type NdArray, RotoscopeError, type Volume } from "@rotoscope/core";
import { firstNotFinite, firstNotWeight, sumOf } from "./check-values.js";
import type { MatchOptions } from "./match.js";
import type { PrepareOptions } from "./prepared-target.js";
import { INTERPOLATIONS, SCORES } from "./scores.js";

type Shape3 = [number, number, number];

/** What of a search's options decides on its scores. */
export type Scoring = Omit<PrepareOptions, "box">;

/** Checks and completes what decides on the scores. Throws a `RotoscopeError` (`argument`, `shape`) that names the option and its value. */
export function scoringOptions(options: MatchOptions, mask: NdArray<Float32Array>): Scoring {
  const { target, template, padEdges = true, minLocalStd = 0, invert = false } = options;
  const {
    score = SCORES[0],
    interpolation = INTERPOLATIONS[0],
    targetMask,
    backgroundTemplate,
    backgroundSeed,
  } = options;
  checkName("score", score, SCORES);
  checkName("interpolation", interpolation, INTERPOLATIONS);
  if (!(minLocalStd >= 0)) throw new RotoscopeError("argument", `minLocalStd: ${minLocalStd}, expected >= 0`);
  if (targetMask) checkTargetMask(targetMask, target);
  if (backgroundTemplate && backgroundSeed !== undefined)
    throw new RotoscopeError("argument", "backgroundTemplate and backgroundSeed: both are given, expected one of them");
  if (backgroundTemplate) checkBackground(backgroundTemplate, template);
  if (backgroundSeed !== undefined && !Number.isSafeInteger(backgroundSeed))
    throw new RotoscopeError("argument", `backgroundSeed: ${backgroundSeed}, expected an integer`);
  return {
    target: target.data,
    shape: target.shape as Shape3,
    templateShape: template.shape as Shape3,
    mask: mask.data,
    score,
    interpolation,
    padEdges,
    invert,
    minLocalStd,
    targetMask: targetMask?.data ?? null,
    background: backgroundSeed ?? backgroundTemplate?.data ?? null,
  };
}

/** What a result's provenance says of them; the defaults of what is rarely used are left out. */
export function describeScoring({
  score,
  interpolation,
  padEdges,
  minLocalStd,
  invert,
  targetMask,
  background,
}: Scoring): Record<string, unknown> {
  return {
    score,
    interpolation,
    padEdges,
    minLocalStd,
    ...(invert ? { invert } : {}),
    ...(targetMask ? { targetMaskVoxels: sumOf(targetMask) } : {}),
    ...(background === null ? {} : { background: typeof background === "number" ? background : "template" }),
  };
}

function checkName(option: string, name: string, known: readonly string[]): void {
  if (!known.includes(name))
    throw new RotoscopeError("argument", `${option}: ${JSON.stringify(name)}, expected one of ${known.join(", ")}`);
}

function checkTargetMask({ data, shape }: NdArray<Float32Array>, target: Volume): void {
  checkShape("targetMask", shape, "target", target.shape);
  const bad = firstNotWeight(data);
  if (bad >= 0) throw new RotoscopeError("argument", `targetMask: voxel ${bad} is ${data[bad]}, expected weights >= 0`);
  if (!data.some((weight) => weight > 0))
    throw new RotoscopeError("argument", "targetMask: all weights are 0, nothing to match");
}

function checkBackground({ data, shape }: NdArray<Float32Array>, template: Volume): void {
  checkShape("backgroundTemplate", shape, "template", template.shape);
  const bad = firstNotFinite(data);
  if (bad >= 0)
    throw new RotoscopeError("argument", `backgroundTemplate: voxel ${bad} is ${data[bad]}, expected finite values`);
}

function checkShape(option: string, shape: readonly number[], name: string, expected: readonly number[]): void {
  if (shape.join() !== expected.join())
    throw new RotoscopeError(
      "shape",
      `${option}: shape [${shape.join(", ")}], the ${name}'s is [${expected.join(", ")}]`,
    );
}
