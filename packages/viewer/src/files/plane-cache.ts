import type { PlaneMaps, SlicedFile } from "./sliced-file.js";

/** The z planes that were on show, and those that are likely to be wanted next. */
export interface PlaneCache {
  /** The plane at `z`, exact: one request for it as long as it is held. */
  read(z: number): Promise<PlaneMaps>;
  /** Tells that the plane at `z` is on show: when the slider moves evenly, the next two on its way are read, one after the other; when it rests after a jump, both neighbours. */
  showing(z: number): void;
  close(): void;
}

const HELD_BYTES = 64 * 2 ** 20;
const MOST_HELD = 16;
const REST_MS = 150;

/** Holds nothing at first. `exact` gives planes that are held elsewhere. */
export function planeCache(file: SlicedFile, exact: (z: number) => PlaneMaps | undefined): PlaneCache {
  const [nz, ny, nx] = file.shape;
  const most = Math.max(2, Math.min(MOST_HELD, Math.floor(HELD_BYTES / (4 * ny * nx * file.maps.length))));
  const held = new Map<number, Promise<PlaneMaps>>();
  let shown = Number.NaN;
  let stride = Number.NaN;
  let restTimer: ReturnType<typeof setTimeout> | undefined;
  let reading = false;

  function read(z: number): Promise<PlaneMaps> {
    const elsewhere = exact(z);
    if (elsewhere) return Promise.resolve(elsewhere);
    const known = held.get(z) ?? file.readPlane(z);
    held.delete(z);
    held.set(z, known);
    known.catch(() => held.delete(z));
    for (const old of held.keys()) if (held.size > most) held.delete(old);
    return known;
  }

  /** Reads `wanted` one after the other, for as long as `from` is on show. */
  async function readAhead(from: number, wanted: readonly number[]): Promise<void> {
    if (reading) return;
    reading = true;
    try {
      for (const z of wanted) if (shown === from && z >= 0 && z < nz && !held.has(z)) await read(z);
    } catch {
      // Whoever asks for that plane is told.
    } finally {
      reading = false;
    }
  }

  return {
    read,
    showing(z) {
      const before = stride;
      stride = z - shown;
      if (stride === 0 || most < 4) return;
      shown = z;
      clearTimeout(restTimer);
      if (Math.abs(stride) === 1 || stride === before) void readAhead(z, [z + stride, z + 2 * stride]);
      else restTimer = setTimeout(() => void readAhead(z, [z + 1, z - 1]), REST_MS);
    },
    close: () => clearTimeout(restTimer),
  };
}
