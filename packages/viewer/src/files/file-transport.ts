import type {
  FrameReply,
  FrameRequest,
  HistogramRequest,
  Transport,
  ViewDescription,
  ViewEvent,
  ViewPayload,
  ViewReply,
  ViewRequest,
  WritePicksRequest,
} from "@rotoscope/arrow/messages";
import { cutPlane, planeAxes } from "@rotoscope/arrow/messages";
import { coarseCopy } from "./coarse-copy.js";
import { type FileHistory, readFileHistory } from "./file-history.js";
import { fileNotes, type HistoryState } from "./file-notes.js";
import { filePicks, type KeptChoice } from "./file-picks.js";
import { planeCache } from "./plane-cache.js";
import { quietTime } from "./quiet-time.js";
import { rowRefiner } from "./row-refiner.js";
import type { PlaneMaps, SlicedFile } from "./sliced-file.js";
import { countInto, firstRanges, highest } from "./value-range.js";
import { wholeMaps } from "./whole-maps.js";

/** What a file is looked at with. */
export interface FileTransportOptions extends KeptChoice {
  /** Memory for the copy from which slices along y and x are cut; default 64 MB. */
  readonly coarseBytes?: number;
}

/** A transport over a file. */
export interface FileTransport extends Transport {
  /** The file has another name now. */
  rename(name: string): void;
  /** What a static page of it holds. Rejects with a sentence for a file that isn't held whole. */
  payload(): Promise<ViewPayload>;
  /** Ends its reading. */
  close(): void;
}

interface Answer {
  readonly reply: ViewReply;
  readonly buffers: readonly ArrayBuffer[];
}

const HISTOGRAM_BINS = 256;
const REPORT_MS = 700;

/**
 * Answers from a file on a server. Slices along z are exact, each read by one request. Slices along y and x come from a copy of every n-th plane
 * that is read in the background; rows along y are made exact when the slider rests. Steps come from a result's history, where it stands beside it, once that is read.
 * The description's notes say how coarse slices are and what is still being read.
 */
export async function fileTransport(
  file: SlicedFile,
  kept: FileTransportOptions = { choice: null, keep: null },
): Promise<FileTransport> {
  const { shape, result, maps } = file;
  const [nz, ny, nx] = shape;
  const stepCount = result?.rotationCount ?? 0;
  const closing = new AbortController();
  const handlers = new Set<(event: ViewEvent, buffers: readonly ArrayBuffer[]) => void>();
  const copy = coarseCopy(file, kept.coarseBytes);
  const cache = planeCache(file, copy.exact);
  const quiet = quietTime(closing.signal);
  const picks = filePicks(kept, result?.scoreThreshold ?? 0);
  const refiner = file.readRow && copy.every > 1 ? rowRefiner(file, emitChanged, tell) : null;
  let reportTimer: ReturnType<typeof setTimeout> | undefined;
  let title = file.name;
  let trouble: string | null = null;
  let historyState: HistoryState = "none";
  let history: FileHistory | null = null;

  const middle = await cache.read(nz >> 1);
  const ranges = firstRanges(middle, result?.scoreThreshold ?? 0);
  let maxScore = middle.scores ? highest(middle.scores as Float32Array, result!.scoreThreshold) : Number.NaN;
  if (result && copy.every === 1) {
    await readResult();
    void readHistory();
  } else if (nz > 1) void readInBackground();

  return {
    async request(request) {
      try {
        return await (request.type === "frame" ? quiet.during(() => answerFrame(request)) : answer(request));
      } catch (error) {
        return failed(request.sequence, (error as Error).message);
      }
    },
    onEvent(handler) {
      handlers.add(handler);
      return () => handlers.delete(handler);
    },
    rename(name) {
      title = name;
      emitChanged();
    },
    async payload() {
      if (copy.every > 1 || (copy.progress < 1 && nz > 1))
        throw new Error(
          copy.every > 1
            ? `${title} is too large for a page: its maps have to fit into the memory for slices along y and x, which is a setting.`
            : `${title} is still being read: try again when its slices are complete.`,
        );
      const { filePayload } = await import("./file-payload.js");
      return filePayload(describe(), wholeMaps(allPlanes(), shape), matrices());
    },
    close() {
      closing.abort();
      cache.close();
      refiner?.close();
      clearTimeout(reportTimer);
    },
  };

  async function answer(request: Exclude<ViewRequest, FrameRequest>): Promise<Answer> {
    const { type, sequence } = request;
    switch (type) {
      case "describe":
        return {
          reply: { type: "description", sequence, description: describe() },
          buffers: [matrices().slice().buffer as ArrayBuffer],
        };
      case "changes":
        return failed(sequence, "Steps of a file are asked for one by one.");
      case "histogram":
        return answerHistogram(request);
      case "choose":
        picks.choose(request.choice);
        return { reply: { type: "chosen", sequence }, buffers: [] };
      case "write-picks":
        return writePicks(request);
      case "course": {
        const [z, y, x] = request.voxel;
        const course = history?.course((z * ny + y) * nx + x) ?? { steps: [], scores: [] };
        return { reply: { type, sequence, voxel: request.voxel, ...course }, buffers: [] };
      }
      case "template":
        return failed(sequence, "A result's file doesn't hold the template.");
      case "follow":
        return { reply: { type: "following", sequence }, buffers: [] };
      case "stop":
        return failed(sequence, "A file has no search under way.");
    }
  }

  function describe(): ViewDescription {
    const { meanSquare, scoreThreshold } = result ?? { meanSquare: 0, scoreThreshold: 0 };
    const observations = nz * ny * nx * stepCount;
    return {
      title,
      shape,
      wholeShape: shape,
      binning: 1,
      voxelSizeAngstrom: file.voxelSizeAngstrom,
      maps,
      stepCount,
      hasHistory: history !== null,
      hasThisRotation: false,
      hasTemplate: false,
      scoreThreshold,
      ranges,
      statistics: meanSquare > 0 && observations > 0 ? { meanSquare, observations } : null,
      picks: picks.picks,
      choice: picks.choice,
      keepsChoice: kept.keep !== null,
      running: false,
      notes: [...fileNotes(file, copy, trouble, historyState), ...(history?.warnings ?? [])],
    };
  }

  async function answerFrame({ sequence, step: asked, view, planes }: FrameRequest): Promise<Answer> {
    const step = asked ?? stepCount;
    if (view === "this") return failed(sequence, "This rotation's own scores need the kernel.");
    if (step !== stepCount && !history) return failed(sequence, "This result has no history: it shows its last step.");
    const sent: FrameReply["planes"][number][] = [];
    const buffers: ArrayBuffer[] = [];
    let highestScore = maxScore;
    for (const plane of planes) {
      const values = step === stepCount ? await lastOf(plane) : earlier(plane, step);
      const [rows, columns] = planeAxes(plane.axis).map((axis) => shape[axis]) as [number, number];
      if (values?.length !== rows * columns) throw new Error(`${file.name} has no map ${plane.map}`);
      buffers.push(values.buffer as ArrayBuffer);
      sent.push({ ...plane, shape: [rows, columns] });
    }
    if (step !== stepCount) highestScore = history!.at(step).maxScore;
    const indexAlong = (wanted: number): number | undefined => planes.find(({ axis }) => axis === wanted)?.index;
    const z = indexAlong(0);
    if (z !== undefined) cache.showing(z);
    refiner?.showing(z, indexAlong(1));
    return { reply: { type: "frame", sequence, step, view: "best", maxScore: highestScore, planes: sent }, buffers };
  }

  /** Of the target the viewer gets what is held, of other maps a copy, which it may change. */
  async function lastOf({ map, axis, index }: FrameRequest["planes"][number]): Promise<PlaneMaps[typeof map]> {
    if (axis === 0) {
      const values = (await cache.read(index))[map];
      return map === "target" && values?.byteLength === values?.buffer.byteLength ? values : values?.slice();
    }
    const slice = copy.cut(map, axis, index);
    if (axis === 1) refiner?.overlay(index, slice as Float32Array);
    return slice;
  }

  function earlier({ map, axis, index }: FrameRequest["planes"][number], step: number): PlaneMaps[typeof map] {
    if (map === "target") return undefined;
    const values = history!.at(step)[map];
    const [rows, columns] = planeAxes(axis).map((other) => shape[other]) as [number, number];
    const plane = map === "rotations" ? new Int32Array(rows * columns) : new Float32Array(rows * columns);
    cutPlane(values, shape, axis, index, plane as Float32Array);
    return plane;
  }

  /** A result that fits into memory is read before it is shown: its picks and its best score need all of it. */
  async function readResult(): Promise<void> {
    if (nz > 1) {
      await file.holdWhole();
      await copy.fill(
        async () => closing.signal.throwIfAborted(),
        () => {},
      );
    }
    for (const plane of allPlanes()) maxScore = highest(plane.scores as Float32Array, maxScore);
    ranges.scores = [ranges.scores[0], Math.max(maxScore, ranges.scores[0] + 1e-6)];
    picks.find(wholeMaps(allPlanes(), shape), shape, result!);
  }

  async function readHistory(): Promise<void> {
    if (!result?.history) return;
    historyState = "reading";
    try {
      await quiet.moment();
      const { scores, rotations } = wholeMaps(allPlanes(), shape);
      const whole = { scores: scores!, rotations: rotations!, shape };
      history = await readFileHistory(await result.history.open(), result, whole, closing.signal);
      historyState = "there";
    } catch (error) {
      historyState = { trouble: (error as Error).message };
    }
    emitChanged();
  }

  async function readInBackground(): Promise<void> {
    try {
      if (copy.every === 1) {
        await quiet.moment();
        await file.holdWhole();
      }
      await copy.fill(quiet.moment, () => {
        reportTimer ??= setTimeout(() => {
          reportTimer = undefined;
          emitChanged();
        }, REPORT_MS);
      });
    } catch (error) {
      if (!closing.signal.aborted) tell((error as Error).message);
    }
    clearTimeout(reportTimer);
    emitChanged();
  }

  async function writePicks(request: WritePicksRequest): Promise<Answer> {
    picks.choose(request.choice);
    const { pickFile } = await import("../pick-file.js");
    const { count, bytes } = await pickFile(describe(), matrices(), request);
    return { reply: { type: "picks-written", sequence: request.sequence, count, path: null }, buffers: [bytes] };
  }

  function answerHistogram({ sequence, map }: HistogramRequest): Answer {
    const range = ranges[map];
    if (!range) return failed(sequence, `${file.name} has no map ${map}`);
    const [low, high] = range;
    const counts = new Uint32Array(HISTOGRAM_BINS);
    const held = copy.progress > 0 ? copy.planes() : [middle];
    for (const plane of held) countInto(counts, plane[map] as Float32Array, low, high);
    return { reply: { type: "histogram", sequence, map, low, high }, buffers: [counts.buffer] };
  }

  function allPlanes(): readonly PlaneMaps[] {
    return nz > 1 ? [...copy.planes()] : [middle];
  }

  function matrices(): Float32Array {
    return result?.matrices ?? new Float32Array(0);
  }

  function tell(message: string): void {
    trouble = message;
    for (const handler of handlers) handler({ type: "lost", message }, []);
  }

  function emitChanged(): void {
    if (closing.signal.aborted) return;
    for (const handler of handlers) handler({ type: "changed" }, []);
  }
}

function failed(sequence: number, message: string): Answer {
  return { reply: { type: "failed", sequence, message }, buffers: [] };
}
