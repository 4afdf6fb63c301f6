import type {
  CourseReply,
  FrameReply,
  FrameRequest,
  HistogramRequest,
  PickChoice,
  Transport,
  ViewPayload,
  ViewReply,
  ViewRequest,
} from "@rotoscope/arrow/messages";
import { cutPlane, planeAxes } from "@rotoscope/arrow/messages";
import { pickFile } from "./pick-file.js";
import { decodePayload, type SavedView } from "./saved-view.js";

/** As many as an 8-bit map has values. */
const HISTOGRAM_BINS = 256;

interface Answer {
  readonly reply: ViewReply;
  readonly buffers: readonly ArrayBuffer[];
}

/**
 * Answers from a payload, without a host. Between the first and the last step a voxel that the payload's history leaves out is
 * NaN with rotation -1. Requests fail (a `failed` reply) for maps and steps that the payload lacks; they never wait for anyone.
 */
export function staticTransport(payload: ViewPayload): Transport {
  let decoding: Promise<SavedView> | null = null;
  let choice: PickChoice = payload.description.choice;

  return {
    async request(request) {
      try {
        decoding ??= decodePayload(payload);
        const view = await decoding;
        if (request.type === "choose" || request.type === "write-picks") choice = request.choice;
        return await answer({ ...view, description: { ...view.description, choice } }, request);
      } catch (error) {
        const message = `The saved view can't be read: ${(error as Error).message}`;
        return { reply: { type: "failed", sequence: request.sequence, message }, buffers: [] };
      }
    },
    onEvent: () => () => {},
  };
}

async function answer(view: SavedView, request: ViewRequest): Promise<Answer> {
  const { type, sequence } = request;
  switch (type) {
    case "describe":
      return { reply: { type: "description", sequence, description: view.description }, buffers: [view.matrices] };
    case "frame":
      return answerFrame(view, request);
    case "changes":
      return failed(sequence, "A saved view is asked for each step.");
    case "histogram":
      return answerHistogram(view, request);
    case "course": {
      const course = courseOf(view, request.voxel);
      return { reply: { type, sequence, voxel: request.voxel, ...course }, buffers: [] };
    }
    case "template": {
      if (!view.template) return failed(sequence, "This saved view doesn't hold the template.");
      const { shape, binning, data } = view.template;
      return { reply: { type, sequence, shape, binning }, buffers: [data.slice().buffer as ArrayBuffer] };
    }
    case "choose":
      return { reply: { type: "chosen", sequence }, buffers: [] };
    case "write-picks": {
      const { count, bytes } = await pickFile(view.description, new Float32Array(view.matrices), request);
      return { reply: { type: "picks-written", sequence, count, path: null }, buffers: [bytes] };
    }
    case "follow":
      return { reply: { type: "following", sequence }, buffers: [] };
    case "stop":
      return failed(sequence, "A saved view has no search under way.");
  }
}

function failed(sequence: number, message: string): Answer {
  return { reply: { type: "failed", sequence, message }, buffers: [] };
}

function answerFrame(view: SavedView, request: FrameRequest): Answer {
  const { shape, stepCount, scoreThreshold } = view.description;
  const { sequence } = request;
  const step = request.step ?? stepCount;
  const last = step === stepCount;
  if (request.view === "this") return failed(sequence, "This rotation's own scores need the kernel.");
  if (!last && !view.history) return failed(sequence, "This saved view holds the last step only.");
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
  return { reply: { type: "frame", sequence, step, view: "best", maxScore, planes }, buffers };
}

function answerHistogram(view: SavedView, { sequence, map }: HistogramRequest): Answer {
  const values = view[map];
  const range = view.description.ranges[map];
  if (!values || !range) throw new Error(`it has no map ${map}`);
  const [low, high] = range;
  const counts = new Uint32Array(HISTOGRAM_BINS);
  const scale = HISTOGRAM_BINS / (high - low);
  for (const value of values) {
    const bin = Math.floor((value - low) * scale);
    counts[Math.min(HISTOGRAM_BINS - 1, Math.max(0, bin))]!++;
  }
  return { reply: { type: "histogram", sequence, map, low, high }, buffers: [counts.buffer as ArrayBuffer] };
}

function courseOf(
  view: SavedView,
  [z, y, x]: readonly [number, number, number],
): Pick<CourseReply, "steps" | "scores"> {
  const [, ny, nx] = view.description.shape;
  return view.history?.replay.course((z * ny + y) * nx + x) ?? { steps: [], scores: [] };
}
