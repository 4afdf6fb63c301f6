import type {
  FrameReply,
  FrameRequest,
  HistogramRequest,
  PickChoice,
  Transport,
  ViewDescription,
  ViewEvent,
  ViewPick,
  ViewReply,
  ViewRequest,
  WritePicksRequest,
} from "@rotoscope/arrow/messages";
import { planeAxes } from "@rotoscope/arrow/messages";
import { coarseCopy } from "./coarse-copy.js";
import { candidatesOf } from "./file-candidates.js";
import { planeCache } from "./plane-cache.js";
import { type RefinedRows, refinedRows } from "./refined-rows.js";
import type { PlaneMaps, SlicedFile } from "./sliced-file.js";
import { countInto, highest, percentileRange } from "./value-range.js";

/** The choice of picks that a page keeps. */
export interface KeptChoice {
  /** The choice of an earlier time, or null. */
  readonly choice: PickChoice | null;
  /** Keeps it; null where nothing can. */
  readonly keep: ((choice: PickChoice) => void) | null;
}

/** What a file is looked at with. */
export interface FileTransportOptions extends KeptChoice {
  /** Memory for the copy from which slices along y and x are cut; default 64 MB. */
  readonly coarseBytes?: number;
}

/** A transport over a file. */
export interface FileTransport extends Transport {
  /** The file has another name now. */
  rename(name: string): void;
  /** Ends its reading. */
  close(): void;
}

interface Answer {
  readonly reply: ViewReply;
  readonly buffers: readonly ArrayBuffer[];
}

const HISTOGRAM_BINS = 256;
/** How long the slider rests before what it shows is read in the background. */
const REST_MS = 350;
const REPORT_MS = 700;
const QUIET_MS = 120;

/**
 * Answers from a file on a server. Slices along z are exact, each read by one request. Slices along y and x come from a copy of every n-th plane
 * that is read in the background; rows along y are made exact when the slider rests. The description's notes say how coarse that is.
 */
export async function fileTransport(
  file: SlicedFile,
  kept: FileTransportOptions = { choice: null, keep: null },
): Promise<FileTransport> {
  const { shape, result, maps } = file;
  const [nz] = shape;
  const copy = coarseCopy(file, kept.coarseBytes);
  const planes = planeCache(file, copy.exact);
  const handlers = new Set<(event: ViewEvent) => void>();
  const closing = new AbortController();
  let refined: RefinedRows | null = null;
  let stopRefining = new AbortController();
  let shownAt: readonly [number, number] = [nz >> 1, 0];
  let restTimer: ReturnType<typeof setTimeout> | undefined;
  let reportTimer: ReturnType<typeof setTimeout> | undefined;
  let title = file.name;
  let asked = 0;
  let lastAsked = 0;
  let trouble: string | null = null;
  let picks: readonly ViewPick[] = [];
  let choice: PickChoice = kept.choice ?? { threshold: result?.scoreThreshold ?? 0, removed: [] };

  const middle = await planes.read(nz >> 1);
  const ranges = firstRanges(middle);
  let maxScore = middle.scores ? highest(middle.scores as Float32Array, result!.scoreThreshold) : Number.NaN;
  if (result && copy.every === 1) await readResult();
  else if (nz > 1) void readInBackground();

  return {
    async request(request) {
      const waits = request.type === "frame" ? 1 : 0;
      asked += waits;
      try {
        return await answer(request);
      } catch (error) {
        return failed(request.sequence, (error as Error).message);
      } finally {
        asked -= waits;
        if (waits) lastAsked = Date.now();
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
    close() {
      closing.abort();
      stopRefining.abort();
      planes.close();
      clearTimeout(restTimer);
      clearTimeout(reportTimer);
    },
  };

  async function answer(request: ViewRequest): Promise<Answer> {
    const { type, sequence } = request;
    switch (type) {
      case "describe":
        return {
          reply: { type: "description", sequence, description: describe() },
          buffers: [(result?.matrices ?? new Float32Array(0)).slice().buffer],
        };
      case "frame":
        return answerFrame(request);
      case "changes":
        return failed(sequence, "Steps before the last need a notebook.");
      case "histogram":
        return answerHistogram(request);
      case "choose":
        keepChoice(request.choice);
        return { reply: { type: "chosen", sequence }, buffers: [] };
      case "write-picks":
        return writePicks(request);
      case "course":
        return { reply: { type, sequence, voxel: request.voxel, steps: [], scores: [] }, buffers: [] };
      case "template":
        return failed(sequence, "A result's file doesn't hold the template.");
      case "stop":
        return failed(sequence, "A file has no search to stop.");
    }
  }

  function describe(): ViewDescription {
    const { meanSquare, rotationCount, scoreThreshold } = result ?? {
      meanSquare: 0,
      rotationCount: 0,
      scoreThreshold: 0,
    };
    const observations = shape.reduce((product, length) => product * length, rotationCount);
    return {
      title,
      shape,
      wholeShape: shape,
      binning: 1,
      voxelSizeAngstrom: file.voxelSizeAngstrom,
      maps,
      stepCount: rotationCount,
      hasHistory: false,
      hasThisRotation: false,
      hasTemplate: false,
      scoreThreshold,
      ranges,
      statistics: meanSquare > 0 && observations > 0 ? { meanSquare, observations } : null,
      picks,
      choice,
      keepsChoice: kept.keep !== null,
      running: false,
      notes: notes(),
    };
  }

  function notes(): string[] {
    const found: string[] = [];
    if (trouble) found.push(`Slices along y and x are incomplete. ${trouble}`);
    else if (copy.progress < 1 && nz > 1)
      found.push(`Reading for the slices along y and x: ${Math.floor(100 * copy.progress)} %.`);
    if (copy.every > 1) {
      const rows = file.readRow ? "; y becomes exact where the slider rests" : "";
      found.push(`z is exact. y and x are coarse: from every ${ordinal(copy.every)} plane${rows}.`);
    }
    if (result && copy.every > 1)
      found.push("Picks need the whole result in memory: open it in a notebook, with readArrow and show.");
    if (result?.history)
      found.push(`To step through its rotations (${result.history}), open it in a notebook, with readArrow and show.`);
    return found;
  }

  async function answerFrame({ sequence, step, view, planes: wanted }: FrameRequest): Promise<Answer> {
    const stepCount = result?.rotationCount ?? 0;
    if (view === "this") return failed(sequence, "This rotation's own scores need the kernel.");
    if (step !== null && step !== stepCount) return failed(sequence, "Steps before the last need a notebook.");
    const sent: FrameReply["planes"][number][] = [];
    const buffers: ArrayBuffer[] = [];
    for (const plane of wanted) {
      const { map, axis, index } = plane;
      const [rows, columns] = planeAxes(axis).map((other) => shape[other]) as [number, number];
      const values = axis === 0 ? (await planes.read(index))[map] : cut(map, axis, index);
      if (values?.length !== rows * columns) throw new Error(`${file.name} has no map ${map}`);
      buffers.push(ownBuffer(values));
      sent.push({ ...plane, shape: [rows, columns] });
    }
    const z = wanted.find(({ axis }) => axis === 0)?.index;
    if (z !== undefined) planes.showing(z);
    restAt(wanted);
    return { reply: { type: "frame", sequence, step: stepCount, view: "best", maxScore, planes: sent }, buffers };
  }

  function cut(map: keyof PlaneMaps, axis: 1 | 2, index: number): Float32Array | Int32Array {
    const slice = copy.cut(map, axis, index);
    if (axis === 1 && refined?.y === index) refined.overlay(slice as Float32Array);
    return slice;
  }

  /** When other slices are wanted, reading by rows stops; it goes on for the slice along y on show when they rest. */
  function restAt(wanted: FrameRequest["planes"]): void {
    if (!file.readRow || copy.every === 1) return;
    const [z, y] = [0, 1].map((axis) => wanted.find((plane) => plane.axis === axis)?.index ?? shownAt[axis]!) as [
      number,
      number,
    ];
    if (refined && z === shownAt[0] && y === shownAt[1]) return;
    shownAt = [z, y];
    stopRefining.abort();
    if (refined?.y !== y) refined = refinedRows(file, y);
    clearTimeout(restTimer);
    restTimer = setTimeout(() => void refine(refined!, z), REST_MS);
  }

  async function refine(rows: RefinedRows, z: number): Promise<void> {
    stopRefining = new AbortController();
    const { signal } = stopRefining;
    try {
      await rows.read(z, () => emitChanged(), signal);
    } catch (error) {
      if (!signal.aborted) tell((error as Error).message);
    }
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
    settlePicks();
  }

  async function readInBackground(): Promise<void> {
    try {
      if (copy.every === 1) {
        await quietMoment();
        await file.holdWhole();
      }
      await copy.fill(quietMoment, () => {
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

  /** Reading in the background waits while somebody waits for an answer. */
  async function quietMoment(): Promise<void> {
    do {
      closing.signal.throwIfAborted();
      await new Promise((resolve) => setTimeout(resolve, asked > 0 || Date.now() - lastAsked < QUIET_MS ? 30 : 0));
    } while (asked > 0 || Date.now() - lastAsked < QUIET_MS);
  }

  function settlePicks(): void {
    if (!result) return;
    const all = nz > 1 ? [...copy.planes()] : [middle];
    for (const plane of all) maxScore = highest(plane.scores as Float32Array, maxScore);
    ranges.scores = [ranges.scores[0], Math.max(maxScore, ranges.scores[0] + 1e-6)];
    picks = candidatesOf(all, shape, result);
    if (!kept.choice)
      choice = { threshold: picks[Math.min(picks.length, 100) - 1]?.score ?? result.scoreThreshold, removed: [] };
    choice = { ...choice, removed: choice.removed.filter((index) => index < picks.length) };
  }

  function keepChoice(next: PickChoice): void {
    choice = next;
    kept.keep?.(next);
  }

  async function writePicks(request: WritePicksRequest): Promise<Answer> {
    keepChoice(request.choice);
    const { pickFile } = await import("../pick-file.js");
    const { count, bytes } = await pickFile(describe(), result?.matrices ?? new Float32Array(0), request);
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

  function tell(message: string): void {
    trouble = message;
    for (const handler of handlers) handler({ type: "lost", message });
  }

  function emitChanged(): void {
    if (closing.signal.aborted) return;
    for (const handler of handlers) handler({ type: "changed" });
  }

  function firstRanges(plane: PlaneMaps): { target: [number, number] | null; scores: [number, number] } {
    const low = result?.scoreThreshold ?? 0;
    const high = plane.scores ? highest(plane.scores as Float32Array, low) : low;
    return {
      target: plane.target ? percentileRange(plane.target as Float32Array) : null,
      scores: [low, high > low ? high : low + 1],
    };
  }
}

function failed(sequence: number, message: string): Answer {
  return { reply: { type: "failed", sequence, message }, buffers: [] };
}

/** The viewer reads what it gets, so what is held needn't be copied for it. */
function ownBuffer(values: Float32Array | Int32Array): ArrayBuffer {
  const isWhole = values.byteLength === values.buffer.byteLength;
  return (isWhole ? values.buffer : values.slice().buffer) as ArrayBuffer;
}

function ordinal(count: number): string {
  const ending =
    count % 10 > 3 || Math.floor((count % 100) / 10) === 1 ? "th" : (["th", "st", "nd", "rd"][count % 10] ?? "th");
  return `${count}${ending}`;
}
