import { deflateRawSync } from "node:zlib";
import type { ViewDescription, ViewPayload, ViewPick } from "@rotoscope/arrow";
import type { Volume } from "@rotoscope/core";
import { type BinnedHistory, type BinnedView, binHistory, binView } from "./bin-view.js";
import { matricesOf, spatialShape } from "./describe-view.js";
import type { ViewableResult } from "./viewable.js";

/** Highest rotation index that 16 bits hold beside "none". */
const MOST_ROTATIONS = 65535;
/** What is left for steps when the maps are chosen, as a share of the budget. */
const HISTORY_SHARE = 0.35;
/** What the template may take, as a share of the budget. */
const TEMPLATE_SHARE = 0.1;
/** What an improvement takes as compressed base64, about: the first guess at how many fit. */
const CHARACTERS_PER_ENTRY = 3;

/** The maps behind a view; null where there is none (yet). */
export interface ViewMaps {
  readonly target: Float32Array | null;
  readonly template: Volume | null;
  readonly result: ViewableResult | null;
}

/**
 * The static payload of a view: target and scores at 8 bits, rotations at 16, and as much of the history as fits.
 *
 * `budgetBytes` bounds the payload's size as JSON: maps are binned by the smallest factor that leaves room for steps, then the history is kept
 * for the best voxels. What was left out stands in the description's notes. `full` describes the maps as they are.
 */
export function encodePayload(
  id: string,
  full: ViewDescription,
  { target, template, result }: ViewMaps,
  budgetBytes: number,
): ViewPayload {
  const matrices = result && full.stepCount < MOST_ROTATIONS ? encode(matricesOf(result.rotationMapping)) : null;
  const small = template && result ? encodeTemplate(template, TEMPLATE_SHARE * budgetBytes) : null;
  for (let factor = leastFactor(full.shape, budgetBytes); ; factor++) {
    const view = binView(result, target, full.shape, factor);
    const maps = encodeMaps(view, full);
    const fixed = (matrices?.length ?? 0) + (small?.data.length ?? 0);
    const size = fixed + Object.values(maps).reduce((sum, map) => sum + (map?.data.length ?? 0), 0);
    const room = budgetBytes - size;
    const smallest = Math.max(...view.shape) === 1;
    if (room < (full.hasHistory ? HISTORY_SHARE : 0) * budgetBytes && !smallest) continue;
    const history =
      full.hasHistory && result && view.scores && matrices
        ? encodeHistory(binHistory(result, full.shape, factor, full.scoreThreshold), view.scores, full, room)
        : null;
    return {
      format: "rotoscope.view",
      version: 1,
      id,
      description: { ...binnedDescription(full, view), notes: [...full.notes, ...omissions(view, full, history)] },
      ...maps,
      rotations: matrices === null ? null : maps.rotations,
      matrices: matrices === null ? null : { data: matrices },
      template: small,
      history,
    };
  }
}

/** A voxel's score and rotation take at least this many characters of compressed base64, unless there is next to nothing to see. */
const LEAST_CHARACTERS = 0.25;

/** The first factor that is worth trying. */
function leastFactor([nz, ny, nx]: ViewDescription["shape"], budgetBytes: number): number {
  let factor = 1;
  const voxels = () => Math.ceil(nz / factor) * Math.ceil(ny / factor) * Math.ceil(nx / factor);
  while (LEAST_CHARACTERS * voxels() > budgetBytes) factor++;
  return factor;
}

function encodeMaps(
  view: BinnedView,
  { ranges }: ViewDescription,
): Pick<ViewPayload, "target" | "scores" | "rotations"> {
  return {
    target: view.target && encodeBytes(view.target, ranges.target!),
    scores: view.scores && { ...encodeBytes(view.scores, ranges.scores), ...encodeMissing(view.scores) },
    rotations: view.rotations && {
      data: encode(Uint16Array.from(view.rotations, (index) => (index < 0 ? 65535 : index))),
    },
  };
}

/** The template at 8 bits, binned until it fits. */
function encodeTemplate({ data, shape }: Volume, room: number): ViewPayload["template"] {
  const range = data.reduce<[number, number]>(
    ([low, high], value) => [Math.min(low, value), Math.max(high, value)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  );
  if (!(range[1] > range[0])) return null;
  for (let binning = 1; ; binning++) {
    const view = binView(null, data, spatialShape(shape), binning);
    const encoded = { shape: view.shape, binning, ...encodeBytes(view.target!, range) };
    if (encoded.data.length <= room || view.target!.length === 1) return encoded;
  }
}

function encodeBytes(
  values: Float32Array,
  [low, high]: readonly [number, number],
): { readonly low: number; readonly high: number; readonly data: string } {
  return { low, high, data: encode(bytes(values, low, high)) };
}

/** Which scores are NaN, if any are: 8 bits have no value to spare for it. */
function encodeMissing(scores: Float32Array): { readonly missing?: string } {
  if (!scores.some((score) => Number.isNaN(score))) return {};
  return { missing: encode(Uint8ClampedArray.from(scores, (score) => (Number.isNaN(score) ? 1 : 0))) };
}

function encodeHistory(
  history: BinnedHistory,
  finalScores: Float32Array,
  { ranges, scoreThreshold }: ViewDescription,
  room: number,
): ViewPayload["history"] {
  const sorted = Float32Array.from(finalScores).sort();
  const total = history.voxels.length;
  if (total === 0) return null;
  let share = Math.min(1, room / (CHARACTERS_PER_ENTRY * total));
  for (let attempt = 0; attempt < 4; attempt++) {
    const above = share === 1 ? scoreThreshold : sorted[Math.floor(sorted.length * (1 - share))]!;
    const kept = keepVoxels(history, finalScores, above);
    const encoded = {
      above,
      maxScores: encode(history.maxScores),
      counts: encode(kept.counts),
      voxels: encode(kept.differences),
      scores: encode(bytes(kept.scores, ranges.scores[0], ranges.scores[1])),
    };
    const size = encoded.counts.length + encoded.voxels.length + encoded.scores.length + encoded.maxScores.length;
    if (size <= room) return encoded;
    share *= (0.9 * room) / size;
  }
  return null;
}

/** The entries of voxels whose final score is at least `above`, their indices as differences within each step. */
function keepVoxels(
  history: BinnedHistory,
  finalScores: Float32Array,
  above: number,
): { counts: Uint32Array; differences: Uint32Array; scores: Float32Array } {
  const differences = new Uint32Array(history.voxels.length);
  const scores = new Float32Array(history.voxels.length);
  const counts = new Uint32Array(history.counts.length);
  let entry = 0;
  let at = 0;
  for (let step = 0; step < counts.length; step++) {
    const before = at;
    let previous = 0;
    for (const end = entry + history.counts[step]!; entry < end; entry++) {
      const voxel = history.voxels[entry]!;
      if (!(finalScores[voxel]! >= above)) continue;
      differences[at] = voxel - previous;
      scores[at++] = history.scores[entry]!;
      previous = voxel;
    }
    counts[step] = at - before;
  }
  return { counts, differences: differences.slice(0, at), scores: scores.slice(0, at) };
}

/** What a page without a kernel is told: it computes no scores, and keeps no choice. */
function binnedDescription(whole: ViewDescription, { shape, factor }: BinnedView): ViewDescription {
  const full = { ...whole, hasThisRotation: false, keepsChoice: false, tellsChanges: false };
  if (factor === 1) return full;
  const size = full.voxelSizeAngstrom.map((edge) => edge * factor) as [number, number, number];
  const picks = full.picks.map((pick): ViewPick => {
    const [z, y, x] = pick.position.map((p) => (p + 0.5) / factor - 0.5) as [number, number, number];
    return { ...pick, position: [z, y, x] };
  });
  return { ...full, shape, binning: factor, voxelSizeAngstrom: size, picks };
}

function omissions({ factor }: BinnedView, { hasHistory }: ViewDescription, history: ViewPayload["history"]): string[] {
  const sentences: string[] = [];
  if (factor > 1) sentences.push(`Saved view: ${factor} x ${factor} x ${factor} voxels are shown as one.`);
  if (hasHistory && !history) sentences.push("Saved view: the steps are left out.");
  if (history && history.above > 0)
    sentences.push(`Saved view: earlier steps are kept for voxels that end at ${history.above.toFixed(3)} or higher.`);
  return sentences;
}

function bytes(values: Float32Array, low: number, high: number): Uint8ClampedArray {
  const scaled = new Uint8ClampedArray(values.length);
  for (let at = 0; at < values.length; at++) scaled[at] = ((values[at]! - low) * 255) / (high - low);
  return scaled;
}

function encode(values: Uint8ClampedArray | Uint16Array | Uint32Array | Float32Array): string {
  return deflateRawSync(new Uint8Array(values.buffer, values.byteOffset, values.byteLength)).toString("base64");
}
