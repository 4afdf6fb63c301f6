import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { type SearchState, stateSaver } from "@rotoscope/arrow";
import { type NdArray, RotoscopeError, rotationSet, sizeOf, sphereMask, type Volume } from "@rotoscope/core";
import type { AnalyzerInput, AnalyzerResults } from "./analyzer.js";
import { checkAnalyzers, checkCorrectable, checkSaveable, checkSaved } from "./check-analyzers.js";
import { firstNotFinite, firstNotWeight, sumOf } from "./check-values.js";
import { compareContrasts } from "./compare-contrasts.js";
import type { MemoryOptions } from "./memory-estimate.js";
import { planPieces } from "./plan-pieces.js";
import type { Interpolation, Score } from "./scores.js";
import { describeScoring, scoringOptions } from "./scoring-options.js";
import { Search } from "./search.js";
import { fingerprintOf } from "./search-fingerprint.js";
import type { SearchPlan } from "./search-plan.js";
import { summarise } from "./search-summary.js";
import { warnOfFlatRegions } from "./warn-of-flat-regions.js";

/** Options of `match`. */
export interface MatchOptions<Analyzers extends readonly AnalyzerInput[] = readonly AnalyzerInput[]> {
  /** Where to search; axes z, y, x. One z plane: matched in 2-D. */
  readonly target: Volume;
  /** What to search for; no larger than the target. */
  readonly template: Volume;
  /** Weights of the template's voxels, of its shape. Default: the sphere inscribed in the template's box. */
  readonly mask?: NdArray<Float32Array>;
  /** Matrices n x d x d, row-major, array axis order, target to template. Default: `rotationSet` at 15 degrees. */
  readonly rotations?: NdArray<Float32Array>;
  /** How template and target are compared. Default FLCSphericalMask. */
  readonly score?: Score;
  /** How the template is turned. Default linear (pyTME: cubic). */
  readonly interpolation?: Interpolation;
  /** Mirror the target beyond its edges, so that border scores are real ones. Default true (pyTME: false). */
  readonly padEdges?: boolean;
  /** Turn the target's contrast round: for a dark-on-bright target and a bright-on-dark template, or the reverse. Default false. */
  readonly invert?: boolean;
  /** Weights of the target's voxels, of its shape: part of the score MCC; other scores are 0 where it is 0. Default: all count. */
  readonly targetMask?: NdArray<Float32Array>;
  /** A template with its Fourier phases scrambled, of the template's shape: what it scores at best is taken off, less its mean. */
  readonly backgroundTemplate?: NdArray<Float32Array>;
  /** The same, with a scrambled template made from this seed. */
  readonly backgroundSeed?: number;
  /** Scores are 0 where the local standard deviation is below this fraction of the target's: erased beads, empty corners. Default 0. */
  readonly minLocalStd?: number;
  /** Nothing at or below it is recorded. Default 0. */
  readonly scoreThreshold?: number;
  /** Worker threads. Default: one per core. */
  readonly workers?: number;
  /**
   * Bytes that the process may take in all. A target that needs more is searched in pieces, one after the other, with the same scores to 1e-5; each can be interrupted and continued.
   * `search.plan` says what is planned. Default: as much as it takes.
   */
  readonly memoryLimit?: number;
  /**
   * Record every improvement, so that the result can be stepped through: 12 bytes x about N (ln n + 0.6) for N voxels and n rotations.
   * Default true.
   */
  readonly history?: boolean;
  /**
   * Record only improvements to scores above this one: noise is most of a history. Every step then has exact scores above it; voxels that aren't
   * above it show what they had before the history began, or how they ended. Default: all.
   */
  readonly historyAbove?: number;
  /** Bytes of history to keep in memory; past them it goes to temporary files (TMPDIR), which go when the process ends. Default 2^31, 2 GiB. */
  readonly historyMemory?: number;
  /** Save the search's state to this file every so many seconds (default 60), and when it ends; see `resume`. */
  readonly checkpoint?: { readonly path: string; readonly everySeconds?: number };
  /** What `loadState` read: continue that search. The options that matter must be the same; the outcome is the same bytes as without interruption. */
  readonly resume?: SearchState;
  /**
   * Beside the best score of each voxel: each is given every rotation's score map, in the order of the rotations. Ours and those in modules run in threads of
   * their own, other objects in the calling thread. Their results are `result.analyzers`; with a background, what
   * it takes off is given to their `correctBackground` at the end. With `checkpoint` and `resume` ours alone, whose states are saved too.
   */
  readonly analyzers?: Analyzers;
  /** Aborting it stops the search and keeps what was found. */
  readonly signal?: AbortSignal;
}

/**
 * Starts to search `target` for `template` in all `rotations`, in worker threads; see `Search` for how to follow and await it.
 *
 * Throws a `RotoscopeError` (`argument`, `shape`) that names the option and its value.
 *
 * @example
 * const result = await match({ target, template, rotations: rotationSet({ angularSamplingDegrees: 30 }) });
 * @example
 * const peaks = new PeakCallerMaximumFilter({ shape: target.shape, numPeaks: 100, minDistance: 5 });
 * const { analyzers: [found] } = await match({ target, template, analyzers: [peaks] });
 */
export function match<const Analyzers extends readonly AnalyzerInput[] = readonly []>(
  options: MatchOptions<Analyzers>,
): Search<AnalyzerResults<Analyzers>> {
  return new Search(planSearch(options));
}

/** Checks and completes the options of a search. Throws a `RotoscopeError` (`argument`, `shape`, `unsupported`) that names the option and its value. */
export function planSearch(options: MatchOptions): SearchPlan {
  const { target, template, scoreThreshold = 0, history = true, workers = availableParallelism() } = options;
  const { historyAbove = Number.NEGATIVE_INFINITY, historyMemory = 2 ** 31, checkpoint = null } = options;
  checkVolume("target", target);
  checkVolume("template", template);
  const planar = target.shape[0] === 1 && template.shape[0] === 1;
  if (template.shape.some((length, axis) => length > target.shape[axis]!))
    throw new RotoscopeError(
      "shape",
      `template: shape [${template.shape.join(", ")}] exceeds the target's [${target.shape.join(", ")}]`,
    );
  const mask = options.mask ?? sphereMask(template.shape);
  const maskVoxels = checkMask(mask, template);
  const rotations = options.rotations ?? rotationSet({ angularSamplingDegrees: 15, dimensions: planar ? 2 : 3 });
  checkRotations(rotations, planar ? 2 : 3);
  const scoring = scoringOptions(options, mask);
  if (Number.isNaN(scoreThreshold)) throw new RotoscopeError("argument", "scoreThreshold: NaN, expected a number");
  if (!Number.isInteger(workers) || workers < 1)
    throw new RotoscopeError("argument", `workers: ${workers}, expected an integer over 0`);
  if (Number.isNaN(historyAbove)) throw new RotoscopeError("argument", "historyAbove: NaN, expected a number");
  if (!(historyMemory >= 0))
    throw new RotoscopeError("argument", `historyMemory: ${historyMemory}, expected a number of bytes`);
  const { everySeconds = 60 } = checkpoint ?? {};
  if (!(everySeconds > 0 && everySeconds <= 1e6))
    throw new RotoscopeError("argument", `checkpoint.everySeconds: ${everySeconds}, expected over 0, up to 1e6`);
  const { analyzers = [] } = options;
  checkAnalyzers(analyzers, target.shape.slice(planar ? 1 : 0));
  if (scoring.background !== null) checkCorrectable(analyzers);
  if (checkpoint || options.resume) checkSaveable(analyzers);
  if (options.resume) checkSaved(analyzers, options.resume.analyzers);
  const { memoryLimit = Number.POSITIVE_INFINITY } = options;
  if (!(memoryLimit > 0))
    throw new RotoscopeError("argument", `memoryLimit: ${memoryLimit}, expected a number of bytes`);
  const count = rotations.shape[0]!;
  const needs: MemoryOptions = {
    ...{ prepare: scoring, rotations: count, history, historyMemory },
    workers: Math.min(workers, Math.ceil(count / 2)),
  };
  const held = process.memoryUsage.rss();
  const before = options.resume ? piecesBefore(options.resume.rotationCount, count) : null;
  const pieces = planPieces(needs, memoryLimit, held, before);
  if (pieces.length > 1 && analyzers.length > 0)
    throw new RotoscopeError(
      "unsupported",
      `analyzers: they take whole score maps, memoryLimit would cut them into ${pieces.length} pieces; raise it or leave out one of them`,
    );
  const plan: SearchPlan = {
    target,
    template,
    prepare: scoring,
    pieces,
    summary: summarise(needs, pieces, held, rotations, availableParallelism()),
    timed: (pace) => summarise(needs, pieces, held, rotations, availableParallelism(), pace),
    rotations,
    scoreThreshold,
    workers,
    history,
    historyAbove,
    historyMemory,
    resume: options.resume ?? null,
    checkpoint: checkpoint && { everySeconds, save: stateSaver(checkpoint.path) },
    analyzers,
    signal: options.signal ?? null,
    warnings: [...compareVoxelSizes(target, template), ...compareContrasts(target.data, template.data, scoring.invert)],
    inspect: warnOfFlatRegions,
    provenance: {
      software: "rotoscope",
      version: packageVersion(),
      engine: "webassembly",
      options: {
        ...describeScoring(scoring),
        scoreThreshold,
        rotations: rotations.shape[0]!,
        templateShape: [...template.shape],
        maskVoxels,
      },
      inputs: [
        ...(target.source ? [{ ...target.source, role: "target" }] : []),
        ...(template.source ? [{ ...template.source, role: "template" }] : []),
      ],
    },
  };
  if (plan.resume && plan.resume.fingerprint !== fingerprintOf(plan))
    throw new RotoscopeError(
      "argument",
      "resume: the state is of another search (inputs, rotations, options and version must be the same)",
    );
  return plan;
}

/** Into how many pieces a search was cut whose state counts `counted` rotations of a list of `count`. */
function piecesBefore(counted: number, count: number): number {
  return counted === count ? 1 : Math.max(1, Math.floor(counted / (count + (count % 2))));
}

function checkVolume(name: string, volume: Volume): void {
  if (volume.shape.length !== 3 || volume.data.length !== sizeOf(volume.shape) || volume.data.length === 0)
    throw new RotoscopeError(
      "shape",
      `${name}: shape [${volume.shape.join(", ")}] with ${volume.data.length} values, expected 3 axes (z, y, x)`,
    );
  const { data } = volume;
  const bad = firstNotFinite(data);
  if (bad >= 0) throw new RotoscopeError("argument", `${name}: voxel ${bad} is ${data[bad]}, expected finite values`);
  let equal = 1;
  while (equal < data.length && data[equal] === data[0]) equal++;
  if (equal === data.length)
    throw new RotoscopeError("argument", `${name}: all values are ${data[0]}, nothing to match`);
}

/** The sum of the mask's weights. */
function checkMask(mask: NdArray<Float32Array>, template: Volume): number {
  if (mask.shape.join() !== template.shape.join())
    throw new RotoscopeError(
      "shape",
      `mask: shape [${mask.shape.join(", ")}], the template's is [${template.shape.join(", ")}]`,
    );
  const { data } = mask;
  const bad = firstNotWeight(data);
  if (bad >= 0) throw new RotoscopeError("argument", `mask: has the value ${data[bad]}, expected weights >= 0`);
  const sum = sumOf(data);
  if (!(sum > 1))
    throw new RotoscopeError("argument", `mask: its weights add up to ${sum}, expected more than one voxel`);
  return sum;
}

function checkRotations({ data, shape }: NdArray<Float32Array>, dimensions: number): void {
  if (shape.length !== 3 || shape[0] === 0 || shape[1] !== dimensions || shape[2] !== dimensions)
    throw new RotoscopeError(
      "shape",
      `rotations: shape [${shape.join(", ")}], expected [n, ${dimensions}, ${dimensions}]`,
    );
  const bad = firstNotFinite(data);
  if (bad >= 0)
    throw new RotoscopeError("argument", `rotations: element ${bad} is ${data[bad]}, expected finite values`);
}

/** Throws when two known voxel sizes differ by over 0.1 %; sizes of 0 or 1 count as unknown and give a sentence. */
function compareVoxelSizes(target: Volume, template: Volume): readonly string[] {
  const unknown = (size: number): boolean => size === 0 || size === 1;
  const axes = target.shape.map((_, axis) => axis).filter((axis) => target.shape[axis]! > 1);
  for (const axis of axes) {
    const [a, b] = [target.voxelSizeAngstrom[axis]!, template.voxelSizeAngstrom[axis]!];
    if (!unknown(a) && !unknown(b) && Math.abs(a - b) > 0.001 * Math.max(a, b))
      throw new RotoscopeError(
        "argument",
        `voxel size along ${"zyx"[axis]}: target ${a} angstrom, template ${b}; resample one of them`,
      );
  }
  const names = (["target", "template"] as const).filter((_, which) =>
    axes.some((axis) => unknown([target, template][which]!.voxelSizeAngstrom[axis]!)),
  );
  return names.length === 0
    ? []
    : [`the voxel size of ${names.join(" and ")} is unknown, so it could not be checked that they agree`];
}

function packageVersion(): string {
  const text = readFileSync(new URL("../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
