import type { ViewDescription, ViewPayload } from "@rotoscope/arrow/messages";
import { binMaps } from "./bin-maps.js";
import type { WholeMaps } from "./whole-maps.js";

/** A page with viewer and data is at most 6 MB; the viewer takes about 1.6 of it. */
const BUDGET = 4_200_000;
/** Highest rotation index that 16 bits hold beside "none". */
const MOST_ROTATIONS = 65535;

/**
 * What a static page of a file holds: its maps at 8 and 16 bits, binned by the smallest factor with which they fit. Steps are left out; the page says so.
 * `maps` are those that `full` describes, `matrices` float32, n x 9.
 */
export async function filePayload(
  full: ViewDescription,
  maps: WholeMaps,
  matrices: Float32Array,
  budget: number = BUDGET,
): Promise<ViewPayload> {
  const keepsRotations = full.stepCount < MOST_ROTATIONS;
  const turning = keepsRotations && full.stepCount > 0 ? { data: await encode(matrices) } : null;
  for (let factor = 1; ; factor++) {
    const binned = binMaps(maps, full.shape, factor);
    const { target, scores, rotations, shape } = binned;
    const encoded = {
      target: target && (await encodeBytes(target, full.ranges.target!)),
      scores: scores && { ...(await encodeBytes(scores, full.ranges.scores)), ...(await encodeMissing(scores)) },
      rotations:
        rotations && keepsRotations
          ? { data: await encode(Uint16Array.from(rotations, (index) => (index < 0 ? MOST_ROTATIONS : index))) }
          : null,
    };
    const size = [...Object.values(encoded), turning].reduce((sum, map) => sum + (map?.data.length ?? 0), 0);
    if (size > budget && Math.max(...shape) > 1) continue;
    return {
      format: "rotoscope.view",
      version: 1,
      id: "page",
      description: describe(full, shape, factor),
      ...encoded,
      matrices: turning,
      template: null,
      history: null,
    };
  }
}

function describe(full: ViewDescription, shape: ViewDescription["shape"], factor: number): ViewDescription {
  const notes = [
    ...(factor > 1 ? [`Saved view: ${factor} x ${factor} x ${factor} voxels are shown as one.`] : []),
    ...(full.stepCount > 0 ? ["Saved view: the steps are left out; `rotoscope view` makes a page that has them."] : []),
  ];
  const place = (p: number): number => (p + 0.5) / factor - 0.5;
  const [z, y, x] = full.voxelSizeAngstrom;
  return {
    ...full,
    shape,
    binning: factor,
    voxelSizeAngstrom: [z * factor, y * factor, x * factor],
    picks: full.picks.map((pick) => {
      const [z, y, x] = pick.position;
      return { ...pick, position: [place(z), place(y), place(x)] };
    }),
    hasHistory: false,
    hasThisRotation: false,
    keepsChoice: false,
    tellsChanges: false,
    notes,
  };
}

async function encodeBytes(
  values: Float32Array,
  [low, high]: readonly [number, number],
): Promise<{ readonly low: number; readonly high: number; readonly data: string }> {
  const bytes = Uint8ClampedArray.from(values, (value) => ((value - low) * 255) / (high - low));
  return { low, high, data: await encode(bytes) };
}

/** Which scores are NaN, if any are: 8 bits have no value to spare for it. */
async function encodeMissing(scores: Float32Array): Promise<{ readonly missing?: string }> {
  if (!scores.some((score) => Number.isNaN(score))) return {};
  return { missing: await encode(Uint8ClampedArray.from(scores, (score) => (Number.isNaN(score) ? 1 : 0))) };
}

/** Base64 of the raw-deflate-compressed bytes. */
async function encode(values: Uint8ClampedArray | Uint16Array | Float32Array): Promise<string> {
  const stream = new Blob([values as BlobPart]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  let text = "";
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
}
