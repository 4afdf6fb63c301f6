/** How often values fall into equal intervals from `low` to `high`. */
export interface Histogram {
  readonly low: number;
  readonly high: number;
  readonly counts: Uint32Array;
}

/** The value below which the share `fraction` (0 to 1) of all lies, to the width of an interval. */
export function percentile({ low, high, counts }: Histogram, fraction: number): number {
  let total = 0;
  for (const count of counts) total += count;
  const wanted = fraction * total;
  let sum = 0;
  for (let bin = 0; bin < counts.length; bin++) {
    const next = sum + counts[bin]!;
    if (next >= wanted && next > sum)
      return low + ((bin + (wanted - sum) / (next - sum)) / counts.length) * (high - low);
    sum = next;
  }
  return high;
}

/** How many values lie at or above `value`, counting part of an interval as even. */
export function countFrom({ low, high, counts }: Histogram, value: number): number {
  const place = ((value - low) / (high - low)) * counts.length;
  let sum = 0;
  for (let bin = counts.length - 1; bin >= 0 && bin + 1 > place; bin--)
    sum += counts[bin]! * Math.min(1, bin + 1 - place);
  return Math.round(sum);
}

/**
 * Draws the columns of a histogram on a logarithmic scale over the values from `low` to `high`; those from `from` on in the
 * second colour. The canvas gets the size it has on the page.
 */
export function drawHistogram(
  canvas: HTMLCanvasElement,
  histogram: Histogram,
  range: readonly [number, number],
  from: number,
  colors: readonly [string, string],
): void {
  const ratio = canvas.ownerDocument.defaultView?.devicePixelRatio ?? 1;
  const [width, height] = [Math.round(canvas.clientWidth * ratio), Math.round(canvas.clientHeight * ratio)];
  if (width === 0 || height === 0) return;
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  const context = canvas.getContext("2d")!;
  context.clearRect(0, 0, width, height);
  const { low, high, counts } = histogram;
  const top = Math.log1p(counts.reduce((most, count) => Math.max(most, count), 1));
  const [left, right] = range;
  for (let x = 0; x < width; x++) {
    const value = left + ((x + 0.5) / width) * (right - left);
    const bin = Math.floor(((value - low) / (high - low)) * counts.length);
    const count = counts[bin === counts.length ? bin - 1 : bin] ?? 0;
    if (count === 0) continue;
    const tall = Math.max(1, (Math.log1p(count) / top) * height);
    context.fillStyle = colors[value >= from ? 1 : 0];
    context.fillRect(x, height - tall, 1, tall);
  }
}
