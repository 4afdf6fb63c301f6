import { parentPort } from "node:worker_threads";
import { atOnce, ImprovementLog, spatialMatrix } from "@rotoscope/core";
import { Engine, type EngineShare, gatherMaps, MAXIMA, readMaps } from "@rotoscope/wasm";
import { prepareEngine } from "./prepare-engine.js";
import type {
  GatheredReply,
  GatherTask,
  PreparedReply,
  PrepareTask,
  ScannedReply,
  ScanTask,
  ScoreMapsReply,
  ScoreMapsTask,
  WorkerTask,
} from "./worker-messages.js";

/** Entries that a worker logs before it hands over what it has. */
const MOST_LOGGED = 2 ** 21;

parentPort?.on("message", (task: WorkerTask) => {
  if (task.type === "prepare") parentPort?.postMessage(prepare(task));
  else if (task.type === "gather") {
    const reply = gather(task);
    parentPort?.postMessage(reply, [reply.scores.buffer as ArrayBuffer, reply.rotations.buffer as ArrayBuffer]);
  } else sendMaps(task.type === "scan" ? scan(task) : scoreMaps(task));
});

function sendMaps(reply: ScannedReply | ScoreMapsReply): void {
  const own = reply.maps.map(({ buffer }) => buffer).filter((buffer) => buffer instanceof ArrayBuffer);
  parentPort?.postMessage(reply, own);
}

function prepare({ options, template, scoreThreshold, workers }: PrepareTask): PreparedReply {
  return { type: "prepared", ...prepareEngine(options, template, scoreThreshold, workers) };
}

function scan(task: ScanTask): ScannedReply {
  const { share, matrices, dimensions, firstEqual, from, to, maxima, control, maxScores, worker } = task;
  const log = task.history ? new ImprovementLog(task.historyAbove) : null;
  const second: [Int32Array, Float32Array][] = [];
  const engine = new Engine(
    share,
    worker,
    log
      ? (member, voxels, scores) => {
          if (member === 0) log.add(voxels, scores);
          else second.push([voxels.slice(), scores.slice()]);
        }
      : undefined,
  );
  const matrix = (index: number): readonly number[] => matrixAt(matrices, dimensions, index);
  const counted = (index: number): number => (firstEqual[index] === index ? index : -1);
  const squares = new Float64Array(to - from);
  const maps: Float32Array[] = [];
  let next = from;
  const full = (): boolean => log !== null && log.length >= MOST_LOGGED;
  for (; next < to && !full() && Atomics.load(control, 0) === 0; next += 2) {
    const two = next + 1 < to;
    const pair = [matrix(next), two ? matrix(next + 1) : null] as const;
    const ofPair = maxima?.subarray(MAXIMA * next, MAXIMA * (next + 2)) ?? null;
    if (task.survey) {
      engine.survey(...pair, ofPair!);
      Atomics.add(control, 1 + worker, two ? 2 : 1);
      continue;
    }
    const indices = [counted(next), two ? counted(next + 1) : -1] as const;
    const own = task.maps === "none" ? null : emptyMaps(share, two, task.maps === "shared");
    if (own) maps.push(...own);
    if (task.again) {
      engine.scoreMaps(...pair, own![0]!, own![1] ?? null);
      continue;
    }
    const [ofFirst, ofSecond] = own
      ? engine.scanMaps(...pair, ...indices, own[0]!, own[1] ?? null)
      : engine.scan(...pair, ...indices, ofPair);
    if (indices[0] >= 0) squares[next - from] = ofFirst;
    if (indices[1] >= 0) squares[next + 1 - from] = ofSecond;
    log?.endStep();
    if (log && two) {
      for (const [voxels, scores] of second.splice(0)) log.add(voxels, scores);
      log.endStep();
    }
    maxScores[worker] = Math.max(maxScores[worker]!, engine.highest);
    Atomics.add(control, 1 + worker, two ? 2 : 1);
  }
  const end = Math.min(next, to);
  for (; next < to; next++) log?.endStep();
  const improvements = log?.entries(true) ?? null;
  if (improvements) numberInWhole(improvements.voxels, task);
  return { type: "scanned", worker, end, squares, improvements, maps };
}

/** From voxels of the piece to voxels of the whole map. */
function numberInWhole(voxels: Int32Array, { box: { start, shape }, shape: whole }: ScanTask): void {
  if (shape.join() === whole.join()) return;
  const [, height, width] = shape;
  for (let entry = 0; entry < voxels.length; entry++) {
    const voxel = voxels[entry]!;
    const x = voxel % width;
    const row = (voxel - x) / width;
    const y = row % height;
    const z = (row - y) / height;
    voxels[entry] = ((start[0] + z) * whole[1] + start[1] + y) * whole[2] + start[2] + x;
  }
}

function gather({ share, workers, size }: GatherTask): GatheredReply {
  const best = { scores: new Float32Array(size), rotations: new Int32Array(size) };
  readMaps(share, 0, best.scores, best.rotations);
  for (let worker = 1; worker < workers; worker++) atOnce(gatherMaps(share, worker, best));
  return { type: "gathered", ...best };
}

function scoreMaps({ share, matrices, dimensions, maxima, survey }: ScoreMapsTask): ScoreMapsReply {
  const two = matrices.length > dimensions ** 2;
  const matrix = (index: number): readonly number[] => matrixAt(matrices, dimensions, index);
  const pair = [matrix(0), two ? matrix(1) : null] as const;
  const engine = new Engine(share, 0);
  const maps = survey ? [] : emptyMaps(share, two, false);
  if (survey) engine.survey(...pair, maxima!);
  else engine.scoreMaps(...pair, maps[0]!, maps[1] ?? null, maxima);
  return { type: "scoreMaps", maps };
}

/** Memory for the score maps of one or two rotations. */
function emptyMaps({ layout: { a, b, c } }: EngineShare, two: boolean, shared: boolean): Float32Array[] {
  const bytes = 4 * a.kept * b.kept * c.kept;
  return Array.from(
    { length: two ? 2 : 1 },
    () => new Float32Array(shared ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes)),
  );
}

function matrixAt(matrices: Float32Array, dimensions: 2 | 3, index: number): readonly number[] {
  const elements = dimensions ** 2;
  return spatialMatrix(matrices.subarray(index * elements, (index + 1) * elements), dimensions === 2 ? 1 : 0);
}
