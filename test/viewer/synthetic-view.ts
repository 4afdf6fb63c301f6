import { deflateRawSync } from "node:zlib";
import type { ViewPayload } from "@rotoscope/arrow/messages";

/** A small search whose every step is known: scores lie on the payload's grid of 1/500, so that nothing is lost to 8 bits. */
export interface SyntheticView {
  readonly payload: ViewPayload;
  readonly shape: readonly [number, number, number];
  readonly stepCount: number;
  /** Score in grid units (0..255) and rotation of a voxel after `step` rotations, computed from the start each time. */
  bestAfter(step: number, voxel: number): { readonly byte: number; readonly rotation: number };
  maxByteAfter(step: number): number;
}

export const SCORE_HIGH = 0.51;

/** Noise with two blobs that rotations 4 and 15 find. `notes` and `title` go into the description as they are. */
export function syntheticView(
  options: { title?: string; notes?: readonly string[]; history?: boolean } = {},
): SyntheticView {
  const shape = [24, 60, 40] as const;
  const stepCount = 20;
  const voxelCount = shape[0] * shape[1] * shape[2];
  const blobs = [
    { position: [12, 20, 10], rotation: 4 },
    { position: [9, 41, 28], rotation: 15 },
  ] as const;

  function byteOf(rotation: number, voxel: number): number {
    const noise = (Math.imul(voxel + 1, 2654435761) ^ Math.imul(rotation + 7, 40503)) >>> 0;
    let byte = (Math.imul(noise ^ (noise >>> 13), 1540483477) >>> 24) % 90;
    const at = [Math.floor(voxel / (shape[1] * shape[2])), Math.floor(voxel / shape[2]) % shape[1], voxel % shape[2]];
    for (const blob of blobs) {
      const distance = Math.hypot(...at.map((value, axis) => value - blob.position[axis]!));
      if (distance < 5)
        byte = Math.max(byte, Math.round((255 - 30 * distance) * (1 - Math.abs(rotation - blob.rotation) * 0.04)));
    }
    return byte;
  }

  const best = new Uint8Array(voxelCount);
  const rotations = new Uint16Array(voxelCount).fill(65535);
  const counts: number[] = [];
  const differences: number[] = [];
  const improved: number[] = [];
  const maxScores: number[] = [];
  for (let k = 0; k < stepCount; k++) {
    let before = 0;
    let count = 0;
    for (let voxel = 0; voxel < voxelCount; voxel++) {
      const byte = byteOf(k, voxel);
      if (byte <= best[voxel]!) continue;
      best[voxel] = byte;
      rotations[voxel] = k;
      differences.push(voxel - before);
      improved.push(byte);
      before = voxel;
      count++;
    }
    counts.push(count);
    maxScores.push((best.reduce((a, b) => Math.max(a, b), 0) / 255) * SCORE_HIGH);
  }
  const target = Uint8Array.from(
    { length: voxelCount },
    (_, voxel) => 60 + (byteOf(4, voxel) >> 1) + (voxel % shape[2]),
  );
  const identity = Float32Array.from({ length: stepCount * 9 }, (_, i) =>
    i % 9 === 0 || i % 9 === 4 || i % 9 === 8 ? 1 : 0,
  );

  const payload: ViewPayload = {
    format: "rotoscope.view",
    version: 1,
    id: "synthetic",
    description: {
      title: options.title ?? "Two blobs in noise",
      shape,
      voxelSizeAngstrom: [10.52, 10.52, 10.52],
      maps: ["target", "scores", "rotations"],
      stepCount,
      hasHistory: options.history ?? true,
      hasThisRotation: false,
      hasTemplate: true,
      scoreThreshold: 0,
      statistics: { meanSquare: 0.0036, observations: voxelCount * stepCount },
      choice: { threshold: 0, removed: [] },
      keepsChoice: false,
      binning: 1,
      wholeShape: shape,
      ranges: { target: [0, 255], scores: [0, SCORE_HIGH] },
      picks: blobs.map(({ position, rotation }) => ({ position, rotation, score: SCORE_HIGH })),
      running: false,
      notes: options.notes ?? [],
    },
    target: { low: 0, high: 255, data: pack(target) },
    scores: { low: 0, high: SCORE_HIGH, data: pack(best) },
    rotations: { data: pack(rotations) },
    matrices: { data: pack(identity) },
    template: {
      shape: [4, 5, 6],
      binning: 1,
      low: 0,
      high: 1,
      data: pack(Uint8Array.from({ length: 120 }, (_, i) => 2 * i)),
    },
    history:
      options.history === false
        ? null
        : {
            above: 0,
            maxScores: pack(Float32Array.from(maxScores)),
            counts: pack(Uint32Array.from(counts)),
            voxels: pack(Uint32Array.from(differences)),
            scores: pack(Uint8Array.from(improved)),
          },
  };

  function bestAfter(step: number, voxel: number): { byte: number; rotation: number } {
    let found = { byte: 0, rotation: -1 };
    for (let rotation = 0; rotation < step; rotation++) {
      const byte = byteOf(rotation, voxel);
      if (byte > found.byte) found = { byte, rotation };
    }
    return found;
  }
  return {
    payload,
    shape,
    stepCount,
    bestAfter,
    maxByteAfter: (step) => {
      let highest = 0;
      for (let voxel = 0; voxel < voxelCount; voxel++) highest = Math.max(highest, bestAfter(step, voxel).byte);
      return highest;
    },
  };
}

function pack(array: ArrayBufferView): string {
  return deflateRawSync(new Uint8Array(array.buffer, array.byteOffset, array.byteLength)).toString("base64");
}
