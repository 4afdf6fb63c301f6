import type { ViewDescription, ViewPayload } from "@rotoscope/arrow/messages";
import { inflateBase64 } from "./inflate.js";
import { type StepReplay, stepReplay, sumVoxelDifferences } from "./step-replay.js";

/** A payload, decoded. */
export interface SavedView {
  readonly description: ViewDescription;
  readonly matrices: ArrayBuffer;
  readonly target: Float32Array | null;
  readonly scores: Float32Array | null;
  readonly rotations: Int32Array | null;
  readonly template: {
    readonly shape: readonly [number, number, number];
    readonly binning: number;
    readonly data: Float32Array;
  } | null;
  readonly maxScore: number;
  readonly history: { readonly replay: StepReplay; readonly maxScores: Float32Array } | null;
}

/** Decodes all of a payload. Rejects for one of another format, and for damaged fields. */
export async function decodePayload(payload: ViewPayload): Promise<SavedView> {
  if (payload.format !== "rotoscope.view" || payload.version !== 1)
    throw new Error(`format ${payload.format} ${payload.version}, expected rotoscope.view 1`);
  const [target, scores, rotations, matrices, template, history] = await Promise.all([
    payload.target && decodeBytes(payload.target),
    payload.scores && decodeBytes(payload.scores),
    payload.rotations && decodeRotations(payload.rotations.data),
    payload.matrices ? inflateBase64(payload.matrices.data) : new ArrayBuffer(0),
    payload.template && decodeBytes(payload.template),
    payload.history && payload.scores && decodeHistory(payload.history, payload.scores),
  ]);
  const { running, notes, maps } = payload.description;
  const available = { target, scores, rotations };
  const description: ViewDescription = {
    ...payload.description,
    maps: maps.filter((map) => available[map] !== null),
    hasHistory: history !== null && scores !== null && rotations !== null,
    hasTemplate: template !== null,
    running: false,
    notes: running ? [...notes, "Saved while the search was running."] : notes,
  };
  const threshold = description.scoreThreshold;
  return {
    description,
    matrices,
    target,
    scores,
    rotations,
    template: template && { shape: payload.template!.shape, binning: payload.template!.binning, data: template },
    maxScore: scores ? highest(scores, threshold) : threshold,
    history: history &&
      rotations && { replay: startReplay(history, rotations, threshold), maxScores: history.maxScores },
  };
}

type Bytes = NonNullable<ViewPayload["scores"]>;

async function decodeBytes({ low, high, data, missing }: Bytes): Promise<Float32Array> {
  const values = scaleBytes(new Uint8Array(await inflateBase64(data)), low, high);
  if (missing !== undefined)
    new Uint8Array(await inflateBase64(missing)).forEach((isMissing, voxel) => {
      if (isMissing) values[voxel] = Number.NaN;
    });
  return values;
}

function scaleBytes(bytes: Uint8Array, low: number, high: number): Float32Array {
  const values = Float32Array.from({ length: 256 }, (_, byte) => low + (byte / 255) * (high - low));
  const scaled = new Float32Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) scaled[i] = values[bytes[i]!]!;
  return scaled;
}

async function decodeRotations(data: string): Promise<Int32Array> {
  const rotations = new Int32Array(new Uint16Array(await inflateBase64(data)));
  for (let i = 0; i < rotations.length; i++) if (rotations[i] === 65535) rotations[i] = -1;
  return rotations;
}

interface SavedHistory {
  readonly counts: Uint32Array;
  readonly voxels: Uint32Array;
  readonly scores: Float32Array;
  readonly maxScores: Float32Array;
}

async function decodeHistory(history: NonNullable<ViewPayload["history"]>, scale: Bytes): Promise<SavedHistory> {
  const [counts, voxels, bytes, maxScores] = await Promise.all(
    [history.counts, history.voxels, history.scores, history.maxScores].map(inflateBase64),
  );
  const decoded = {
    counts: new Uint32Array(counts!),
    voxels: new Uint32Array(voxels!),
    scores: scaleBytes(new Uint8Array(bytes!), scale.low, scale.high),
    maxScores: new Float32Array(maxScores!),
  };
  sumVoxelDifferences(decoded.voxels, decoded.counts);
  return decoded;
}

function startReplay(history: SavedHistory, finalRotations: Int32Array, threshold: number): StepReplay {
  const start = new Float32Array(finalRotations.length);
  for (let i = 0; i < start.length; i++) start[i] = finalRotations[i]! < 0 ? threshold : Number.NaN;
  for (const voxel of history.voxels) start[voxel] = threshold;
  return stepReplay(start, history);
}

function highest(values: Float32Array, start: number): number {
  let best = start;
  for (const value of values) if (value > best) best = value;
  return best;
}
