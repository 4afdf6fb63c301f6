import { inPieces, inTurns } from "./in-turns.js";

/** The value that `index` others of `values` would come before in ascending order, as in a sorted copy, in two passes; float32 without NaN. Others have their turn meanwhile. */
export async function orderStatistic(values: Float32Array, index: number): Promise<number> {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const high = new Uint32Array(65_536);
  await inTurns(
    inPieces(bits.length, (from, to) => {
      for (let at = from; at < to; at++) high[ordered(bits[at]!) >>> 16]!++;
    }),
  );
  const [top, before] = bucketOf(high, index);
  const low = new Uint32Array(65_536);
  await inTurns(
    inPieces(bits.length, (from, to) => {
      for (let at = from; at < to; at++) {
        const order = ordered(bits[at]!);
        if (order >>> 16 === top) low[order & 0xffff]!++;
      }
    }),
  );
  const [bottom] = bucketOf(low, index - before);
  const order = ((top << 16) | bottom) >>> 0;
  const found = Uint32Array.of(order >>> 31 === 1 ? order ^ 0x80000000 : ~order);
  return new Float32Array(found.buffer)[0]!;
}

/** Unsigned integers in the order of the floats that have these bits. */
function ordered(bits: number): number {
  return (bits >>> 31 === 1 ? ~bits : bits ^ 0x80000000) >>> 0;
}

/** The bucket that holds element `index`, and how many elements come before it. */
function bucketOf(counts: Uint32Array, index: number): readonly [bucket: number, before: number] {
  let before = 0;
  for (let bucket = 0; bucket < counts.length; bucket++) {
    if (before + counts[bucket]! > index) return [bucket, before];
    before += counts[bucket]!;
  }
  return [counts.length - 1, before];
}
