/** Reverses the bytes of each `width`-byte element of `bytes`, in place: big-endian to little-endian or back. Elements start at multiples of their size. */
export function swapBytes(bytes: Uint8Array, width: number): void {
  const length = Math.floor(bytes.length / width);
  if (width === 2) {
    const halves = new Uint16Array(bytes.buffer, bytes.byteOffset, length);
    for (let i = 0; i < length; i++) halves[i] = (halves[i]! << 8) | (halves[i]! >>> 8);
  } else if (width === 4) {
    const words = new Uint32Array(bytes.buffer, bytes.byteOffset, length);
    for (let i = 0; i < length; i++) words[i] = swapped(words[i]!);
  } else if (width === 8) {
    const words = new Uint32Array(bytes.buffer, bytes.byteOffset, 2 * length);
    for (let i = 0; i < 2 * length; i += 2) {
      const low = words[i]!;
      words[i] = swapped(words[i + 1]!);
      words[i + 1] = swapped(low);
    }
  }
}

function swapped(word: number): number {
  return (word << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24);
}
