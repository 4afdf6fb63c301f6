/**
 * What the two halves of the widget say to each other. The viewer asks; the host (a comm to the kernel, an anywidget, or a payload
 * embedded in the page) answers each request with one reply of the same `sequence`, and sends events unasked.
 * Numbers in `buffers` are little-endian; arrays are C order, axes z, y, x. A 2-D result is one z plane.
 */

export { noiseCutoff } from "@rotoscope/core";
export { cutPlane, planeAxes } from "./planes.js";

/** The maps that a view can show a plane of. */
export type MapName = "target" | "scores" | "rotations";

/** The two views of a step k: the best so far after k rotations, or the scores of the k-th rotation alone. */
export type StepView = "best" | "this";

/** What is there to look at. */
export interface ViewDescription {
  readonly title: string;
  readonly shape: readonly [number, number, number];
  /** Per axis (z, y, x); 0 = unknown. */
  readonly voxelSizeAngstrom: readonly [number, number, number];
  readonly maps: readonly MapName[];
  /** Number of rotations n; step 0 is before any rotation, step k after the k-th. */
  readonly stepCount: number;
  /** Whether steps before the last can be shown, that is, whether a history is there. */
  readonly hasHistory: boolean;
  /** Whether the scores of one rotation alone can be shown: the host can compute them. */
  readonly hasThisRotation: boolean;
  /** Whether the template can be asked for. */
  readonly hasTemplate: boolean;
  readonly scoreThreshold: number;
  /** Suggested limits of the colour scale. */
  readonly ranges: { readonly target: readonly [number, number] | null; readonly scores: readonly [number, number] };
  /** What the cut-off for a number of false positives is computed from; null = not known. */
  readonly statistics: {
    readonly meanSquare: number;
    /** Voxels times rotations. */
    readonly observations: number;
  } | null;
  /** Candidates, best first. */
  readonly picks: readonly ViewPick[];
  /** Which of them are taken. */
  readonly choice: PickChoice;
  /** Whether the host keeps the choice when the viewer goes. */
  readonly keepsChoice: boolean;
  /** Whether there is, or will be, a result to take picks of: a search that failed has none. Default: yes. */
  readonly takesPicks?: boolean;
  /** Whether the host tells what the steps around one change, so that a viewer needn't ask for each. Default: no. */
  readonly tellsChanges?: boolean;
  /** How many voxels of the result one voxel of this view is, per axis; `wholeShape` is the result's shape. */
  readonly binning: number;
  readonly wholeShape: readonly [number, number, number];
  /** A search that is still running; its frames show the best so far. */
  readonly running: boolean;
  /** Sentences on warnings and on what a static payload leaves out; the viewer shows them. */
  readonly notes: readonly string[];
}

/** A pick in voxels of the description's shape. */
export interface ViewPick {
  readonly position: readonly [number, number, number];
  readonly score: number;
  /** Rotation index; -1 = none. */
  readonly rotation: number;
}

/** The picks of a view: candidates at or above the threshold that were not removed by hand. */
export interface PickChoice {
  readonly threshold: number;
  /** Indices of candidates, ascending. */
  readonly removed: readonly number[];
}

/** One plane of a map: all voxels with `index` along `axis` (0 = z, 1 = y, 2 = x). */
export interface PlaneRequest {
  readonly map: MapName;
  readonly axis: 0 | 1 | 2;
  readonly index: number;
}

/** Asks what is there. */
export interface DescribeRequest {
  readonly type: "describe";
  readonly sequence: number;
}

/** Asks for planes after `step` rotations; null = the latest there is. */
export interface FrameRequest {
  readonly type: "frame";
  readonly sequence: number;
  readonly step: number | null;
  readonly view: StepView;
  readonly planes: readonly PlaneRequest[];
}

/** Asks what the steps around `step` change in planes of the best so far. */
export interface ChangesRequest {
  readonly type: "changes";
  readonly sequence: number;
  readonly step: number;
  readonly planes: readonly Pick<PlaneRequest, "axis" | "index">[];
}

/** Asks how often scores occur. */
export interface HistogramRequest {
  readonly type: "histogram";
  readonly sequence: number;
  readonly map: "target" | "scores";
}

/** Asks which steps improved a voxel (z, y, x). */
export interface CourseRequest {
  readonly type: "course";
  readonly sequence: number;
  readonly voxel: readonly [number, number, number];
}

/** Asks for the template. */
export interface TemplateRequest {
  readonly type: "template";
  readonly sequence: number;
}

/** Tells which picks are taken. */
export interface ChooseRequest {
  readonly type: "choose";
  readonly sequence: number;
  readonly choice: PickChoice;
}

/** How picks are written: a RELION 5 STAR file or an Arrow file. */
export type PickFormat = "star" | "arrow";

/** Asks to write the picks that are taken to a file `name` (no folder), which ends in the format. */
export interface WritePicksRequest {
  readonly type: "write-picks";
  readonly sequence: number;
  readonly choice: PickChoice;
  readonly format: PickFormat;
  readonly name: string;
}

/** Asks a running search to stop; what was found so far is kept. */
export interface StopRequest {
  readonly type: "stop";
  readonly sequence: number;
}

/**
 * Asks to be told how a running search goes on, as often as costs it little: `progress` events, each with these planes of the latest step. It holds for
 * some `FOLLOW_MS`, or until the same viewer asks again.
 */
export interface FollowRequest {
  readonly type: "follow";
  readonly sequence: number;
  /** Names who asks: the events name it. */
  readonly viewer: number;
  readonly view: StepView;
  /** None: only how far it is. Null: nothing any more. */
  readonly planes: readonly PlaneRequest[] | null;
  /** How long the viewer was at work for such an event, in milliseconds. */
  readonly spentMs: number;
}

/** A viewer that still follows asks again after so long. */
export const FOLLOW_MS = 20_000;

export type ViewRequest =
  | DescribeRequest
  | FrameRequest
  | FollowRequest
  | ChangesRequest
  | HistogramRequest
  | CourseRequest
  | TemplateRequest
  | ChooseRequest
  | WritePicksRequest
  | StopRequest;

/** Buffer 0: the rotation matrices, float32, stepCount x 9 (2 x 2 matrices are embedded with z fixed); empty while unknown. */
export interface DescribeReply {
  readonly type: "description";
  readonly sequence: number;
  readonly description: ViewDescription;
}

/** Buffer i belongs to planes[i]: float32 for target and scores, int32 for rotations; rows x columns are the two remaining axes. */
export interface FrameReply {
  readonly type: "frame";
  readonly sequence: number;
  readonly step: number;
  readonly view: StepView;
  /** Highest score over the whole volume at that step; the threshold at step 0. */
  readonly maxScore: number;
  readonly planes: readonly (PlaneRequest & { readonly shape: readonly [number, number] })[];
}

/**
 * What the steps `first` + 1 ... `last` change; the host chooses how many. Buffers: 0: float32, the highest score over the whole volume after each of the steps
 * `first` ... `last`; 1: uint32 per step `first` + 1 ... `last` and, within it, per plane: where its entries end; then per entry: 2: uint32, where in its plane (C order);
 * 3 and 4: float32, the score before and after the step; 5: int32, the rotation before it (after it: the step less one).
 */
export interface ChangesReply {
  readonly type: "changes";
  readonly sequence: number;
  readonly first: number;
  readonly last: number;
  readonly planes: readonly Pick<PlaneRequest, "axis" | "index">[];
}

/** Buffer 0: uint32 counts in equal intervals from `low` to `high`. */
export interface HistogramReply {
  readonly type: "histogram";
  readonly sequence: number;
  readonly map: "target" | "scores";
  readonly low: number;
  readonly high: number;
}

/** The steps that improved the voxel, ascending, and the score that each brought; the rotation is the step less one. */
export interface CourseReply {
  readonly type: "course";
  readonly sequence: number;
  readonly voxel: readonly [number, number, number];
  readonly steps: readonly number[];
  readonly scores: readonly number[];
}

/** Buffer 0: float32. Voxels are as large as the result's, or `binning` times as large. */
export interface TemplateReply {
  readonly type: "template";
  readonly sequence: number;
  readonly shape: readonly [number, number, number];
  readonly binning: number;
}

export interface ChooseReply {
  readonly type: "chosen";
  readonly sequence: number;
}

/** Where the picks were written to; or buffer 0: the file's bytes, for the viewer to save. */
export interface WritePicksReply {
  readonly type: "picks-written";
  readonly sequence: number;
  readonly count: number;
  readonly path: string | null;
}

export interface StopReply {
  readonly type: "stopped";
  readonly sequence: number;
}

export interface FollowReply {
  readonly type: "following";
  readonly sequence: number;
}

/** The request can't be answered; `message` is for the user. */
export interface FailReply {
  readonly type: "failed";
  readonly sequence: number;
  readonly message: string;
}

export type ViewReply =
  | DescribeReply
  | FrameReply
  | ChangesReply
  | HistogramReply
  | CourseReply
  | TemplateReply
  | ChooseReply
  | WritePicksReply
  | StopReply
  | FollowReply
  | FailReply;

/** How a running search stands, for a viewer that follows it; the buffers are those of the frame. */
export interface ProgressEvent {
  readonly type: "progress";
  readonly viewer: number;
  readonly done: number;
  readonly total: number;
  readonly elapsedSeconds: number;
  readonly maxScore: number;
  readonly frame: Omit<FrameReply, "type" | "sequence"> | null;
}

/** The description has changed (a search has ended, picks were chosen by another viewer): ask again. */
export interface ChangedEvent {
  readonly type: "changed";
}

/** The host is gone, or the search failed; `message` is for the user. */
export interface LostEvent {
  readonly type: "lost";
  readonly message: string;
}

export type ViewEvent = ProgressEvent | ChangedEvent | LostEvent;

/** How a viewer reaches its host. */
export interface Transport {
  /** Rejects when the host is gone. */
  request(request: ViewRequest): Promise<{ readonly reply: ViewReply; readonly buffers: readonly ArrayBuffer[] }>;
  /** Returns a function that ends the subscription. */
  onEvent(handler: (event: ViewEvent, buffers: readonly ArrayBuffer[]) => void): () => void;
}

/** MIME type of the static payload. */
export const VIEW_MIME_TYPE = "application/vnd.rotoscope.view+json";

/** Comm target by which a front end that holds a payload reaches the view in the kernel: open with data `{ id }`. */
export const VIEW_COMM_TARGET = "rotoscope.view";

/**
 * What a saved notebook or a static page holds of a view, coarse enough to be small. `description` fits the payload's own voxels.
 * Binary fields are base64 of raw-deflate-compressed little-endian bytes.
 */
export interface ViewPayload {
  readonly format: "rotoscope.view";
  readonly version: 1;
  /** Names the view in the kernel that made it. */
  readonly id: string;
  readonly description: ViewDescription;
  /** uint8 per voxel, `value = low + byte / 255 * (high - low)`. */
  readonly target: { readonly low: number; readonly high: number; readonly data: string } | null;
  /** uint8 per voxel, final scores; null while nothing is known. `missing`, where some are NaN: uint8 per voxel, 1 for those. */
  readonly scores: {
    readonly low: number;
    readonly high: number;
    readonly data: string;
    readonly missing?: string;
  } | null;
  /** uint16 per voxel, final rotations; 65535 = none. */
  readonly rotations: { readonly data: string } | null;
  /** float32, stepCount x 9. */
  readonly matrices: { readonly data: string } | null;
  /** uint8 per voxel, as the maps; voxels `binning` times as large as the result's. */
  readonly template: {
    readonly shape: readonly [number, number, number];
    readonly binning: number;
    readonly low: number;
    readonly high: number;
    readonly data: string;
  } | null;
  /**
   * The improvements, step by step, in the order of the rotations: after step k a voxel has the score of its last entry up to k and
   * rotation (step - 1). `counts`: uint32 per step; `voxels`: uint32 per entry, ascending within a step, each as the difference
   * to the one before (the first to 0); `scores`: uint8 per entry on the scale of `scores`. Only voxels whose final score is at least `above` are in it.
   */
  readonly history: {
    readonly above: number;
    /** Highest score over the whole volume after each step 1..n, float32. */
    readonly maxScores: string;
    readonly counts: string;
    readonly voxels: string;
    readonly scores: string;
  } | null;
}
