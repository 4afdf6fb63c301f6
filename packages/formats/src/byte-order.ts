/** Reverses the bytes of each `width`-byte element of `bytes`, in place: big-endian to little-endian or back. */
export function swapBytes(bytes: Uint8Array, width: number): void {
  if (width === 1) return;
  for (let start = 0; start + width <= bytes.length; start += width) bytes.subarray(start, start + width).reverse();
}
