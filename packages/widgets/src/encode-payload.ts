import { constants, deflateRawSync } from "node:zlib";
import type { ViewDescription, ViewPayload, ViewPick } from "@rotoscope/arrow";
import type { Pausable, Volume } from "@rotoscope/core";
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
export function* encodePayload(
  id: string,
  full: ViewDescription,
  { target, template, result }: ViewMaps,
  budgetBytes: number,
): Pausable<ViewPayload> {
  const matrices = result && full.stepCount < MOST_ROTATIONS ? yield* encode(matricesOf(result.rotationMapping)) : null;
  const small = template && result ? yield* encodeTemplate(template, TEMPLATE_SHARE * budgetBytes) : null;
  for (let factor = leastFactor(full.shape, budgetBytes); ; factor++) {
    const view = yield* binView(result, target, full.shape, factor);
    const maps = yield* encodeMaps(view, full);
    const fixed = (matrices?.length ?? 0) + (small?.data.length ?? 0);
    const size = fixed + Object.values(maps).reduce((sum, map) => sum + (map?.data.length ?? 0), 0);
    const room = budgetBytes - size;
    const smallest = Math.max(...view.shape) === 1;
    if (room < (full.hasHistory ? HISTORY_SHARE : 0) * budgetBytes && !smallest) continue;
    const history =
      full.hasHistory && result && view.scores && matrices
        ? yield* encodeHistory(
            yield* binHistory(result, full.shape, factor, full.scoreThreshold),
            view.scores,
            full,
            room,
          )
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

function* encodeMaps(
  view: BinnedView,
  { ranges }: ViewDescription,
): Pausable<Pick<ViewPayload, "target" | "scores" | "rotations">> {
  const { target, scores, rotations } = view;
  return {
    target: target && (yield* encodeBytes(target, ranges.target!)),
    scores: scores && { ...(yield* encodeBytes(scores, ranges.scores)), ...(yield* encodeMissing(scores)) },
    rotations: rotations && { data: yield* encode(shortRotations(rotations)) },
  };
}

function shortRotations(rotations: Int32Array): Uint16Array {
  const short = new Uint16Array(rotations.length);
  for (let voxel = 0; voxel < short.length; voxel++) short[voxel] = rotations[voxel]! < 0 ? 65535 : rotations[voxel]!;
  return short;
}

/** The template at 8 bits, binned until it fits. */
function* encodeTemplate({ data, shape }: Volume, room: number): Pausable<ViewPayload["template"]> {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of data) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (!(high > low)) return null;
  for (let binning = 1; ; binning++) {
    const view = yield* binView(null, data, spatialShape(shape), binning);
    const encoded = { shape: view.shape, binning, ...(yield* encodeBytes(view.target!, [low, high])) };
    if (encoded.data.length <= room || view.target!.length === 1) return encoded;
  }
}

function* encodeBytes(
  values: Float32Array,
  [low, high]: readonly [number, number],
): Pausable<{ readonly low: number; readonly high: number; readonly data: string }> {
  return { low, high, data: yield* encode(bytes(values, low, high)) };
}

/** Which scores are NaN, if any are: 8 bits have no value to spare for it. */
function* encodeMissing(scores: Float32Array): Pausable<{ readonly missing?: string }> {
  const missing = new Uint8ClampedArray(scores.length);
  for (let voxel = 0; voxel < scores.length; voxel++) missing[voxel] = Number.isNaN(scores[voxel]!) ? 1 : 0;
  return missing.includes(1) ? { missing: yield* encode(missing) } : {};
}

function* encodeHistory(
  history: BinnedHistory,
  finalScores: Float32Array,
  { ranges, scoreThreshold }: ViewDescription,
  room: number,
): Pausable<ViewPayload["history"]> {
  const sorted = finalScores.slice().sort();
  const total = history.voxels.length;
  if (total === 0) return null;
  let share = Math.min(1, room / (CHARACTERS_PER_ENTRY * total));
  for (let attempt = 0; attempt < 4; attempt++) {
    yield;
    const above = share === 1 ? scoreThreshold : sorted[Math.floor(sorted.length * (1 - share))]!;
    const kept = yield* keepVoxels(history, finalScores, above);
    const encoded = {
      above,
      maxScores: yield* encode(history.maxScores),
      counts: yield* encode(kept.counts),
      voxels: yield* encode(kept.differences),
      scores: yield* encode(bytes(kept.scores, ranges.scores[0], ranges.scores[1])),
    };
    const size = encoded.counts.length + encoded.voxels.length + encoded.scores.length + encoded.maxScores.length;
    if (size <= room) return encoded;
    share *= (0.9 * room) / size;
  }
  return null;
}

/** The entries of voxels whose final score is at least `above`, their indices as differences within each step. */
function* keepVoxels(
  history: BinnedHistory,
  finalScores: Float32Array,
  above: number,
): Pausable<{ counts: Uint32Array; differences: Uint32Array; scores: Float32Array }> {
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
    yield;
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

/** Bytes that are compressed at a time. */
const PIECE = 2 ** 18;

function* encode(values: Uint8ClampedArray | Uint16Array | Uint32Array | Float32Array): Pausable<string> {
  const all = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const pieces: Buffer[] = [];
  for (let from = 0; from === 0 || from < all.length; from += PIECE) {
    const isLast = from + PIECE >= all.length;
    // Pieces that end in a flush but the last make one stream.
    const finishFlush = isLast ? constants.Z_FINISH : constants.Z_SYNC_FLUSH;
    pieces.push(deflateRawSync(all.subarray(from, from + PIECE), { finishFlush }));
    yield;
  }
  return Buffer.concat(pieces).toString("base64");
}
