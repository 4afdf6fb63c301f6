import type {
  FrameReply,
  FrameRequest,
  Transport,
  ViewDescription,
  ViewPayload,
  ViewReply,
} from "@rotoscope/arrow/messages";
import { cutPlane, planeAxes } from "@rotoscope/arrow/messages";
import { inflateBase64 } from "./inflate.js";
import { type StepReplay, stepReplay, sumVoxelDifferences } from "./step-replay.js";

/**
 * Answers from a payload, without a host. Between the first and the last step a voxel that the payload's history leaves out is
 * NaN with rotation -1. Requests fail (a `failed` reply) for maps and steps that the payload lacks; they never wait for anyone.
 */
export function staticTransport(payload: ViewPayload): Transport {
  let decoding: Promise<SavedView> | null = null;

  return {
    async request(request) {
      const { sequence } = request;
      const fail = (message: string): ViewReply => ({ type: "failed", sequence, message });
      try {
        decoding ??= decodePayload(payload);
        const view = await decoding;
        if (request.type === "describe")
          return { reply: { type: "description", sequence, description: view.description }, buffers: [view.matrices] };
        if (request.type === "frame") return answerFrame(view, request);
        return { reply: fail("A saved view has no search to stop."), buffers: [] };
      } catch (error) {
        return { reply: fail(`The saved view can't be read: ${(error as Error).message}`), buffers: [] };
      }
    },
    onEvent: () => () => {},
  };
}

interface SavedView {
  readonly description: ViewDescription;
  readonly matrices: ArrayBuffer;
  readonly target: Float32Array | null;
  readonly scores: Float32Array | null;
  readonly rotations: Int32Array | null;
  readonly maxScore: number;
  readonly history: { readonly replay: StepReplay; readonly maxScores: Float32Array } | null;
}

async function decodePayload(payload: ViewPayload): Promise<SavedView> {
  if (payload.format !== "rotoscope.view" || payload.version !== 1)
    throw new Error(`format ${payload.format} ${payload.version}, expected rotoscope.view 1`);
  const [target, scores, rotations, matrices, history] = await Promise.all([
    payload.target && decodeBytes(payload.target),
    payload.scores && decodeBytes(payload.scores),
    payload.rotations && decodeRotations(payload.rotations.data),
    payload.matrices ? inflateBase64(payload.matrices.data) : new ArrayBuffer(0),
    payload.history && payload.scores && decodeHistory(payload.history, payload.scores),
  ]);
  const { running, notes, maps } = payload.description;
  const available = { target, scores, rotations };
  const description: ViewDescription = {
    ...payload.description,
    maps: maps.filter((map) => available[map] !== null),
    hasHistory: history !== null && scores !== null && rotations !== null,
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
    maxScore: scores ? highest(scores, threshold) : threshold,
    history: history &&
      rotations && { replay: startReplay(history, rotations, threshold), maxScores: history.maxScores },
  };
}

function answerFrame(view: SavedView, request: FrameRequest): { reply: ViewReply; buffers: ArrayBuffer[] } {
  const { shape, stepCount, scoreThreshold } = view.description;
  const { sequence } = request;
  const step = request.step ?? stepCount;
  const last = step === stepCount;
  if (!last && !view.history)
    return { reply: { type: "failed", sequence, message: "This saved view holds the last step only." }, buffers: [] };
  if (!last) view.history!.replay.moveTo(step);

  const buffers: ArrayBuffer[] = [];
  const planes: FrameReply["planes"][number][] = [];
  for (const plane of request.planes) {
    const [rows, columns] = planeAxes(plane.axis).map((axis) => shape[axis]) as [number, number];
    const { replay } = view.history ?? {};
    let values: Float32Array | Int32Array;
    if (plane.map === "rotations") {
      const volume = last || !replay ? view.rotations : replay.rotations;
      if (!volume) throw new Error("it has no rotation map");
      values = new Int32Array(rows * columns);
      if (step === 0) values.fill(-1);
      else cutPlane(volume, shape, plane.axis, plane.index, values);
    } else {
      const volume = plane.map === "target" ? view.target : last || !replay ? view.scores : replay.scores;
      if (!volume) throw new Error(`it has no map ${plane.map}`);
      values = new Float32Array(rows * columns);
      if (step === 0 && plane.map === "scores") values.fill(scoreThreshold);
      else cutPlane(volume, shape, plane.axis, plane.index, values);
    }
    buffers.push(values.buffer as ArrayBuffer);
    planes.push({ ...plane, shape: [rows, columns] });
  }
  const maxScore = step === 0 ? scoreThreshold : (view.history?.maxScores[step - 1] ?? view.maxScore);
  return { reply: { type: "frame", sequence, step, maxScore, planes }, buffers };
}

type Bytes = NonNullable<ViewPayload["scores"]>;

async function decodeBytes({ low, high, data }: Bytes): Promise<Float32Array> {
  return scaleBytes(new Uint8Array(await inflateBase64(data)), low, high);
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
