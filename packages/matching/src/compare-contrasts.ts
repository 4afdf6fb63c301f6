/** Distributions less skewed than this don't tell which way round the contrast is. */
const CLEAR = 0.2;
/** Values that are looked at, about; more don't tell more. */
const ENOUGH = 60_000;

/**
 * Warns when one of target and template has its few extreme values above the others and the other one below: then one of them is bright on dark and the other dark on bright.
 */
export function compareContrasts(target: Float32Array, template: Float32Array, invert: boolean): readonly string[] {
  const [ofTarget, ofTemplate] = [(invert ? -1 : 1) * skewness(target), skewness(template)];
  const clear = [
    [ofTarget, target.length],
    [ofTemplate, template.length],
  ].every(([skew, count]) => Math.abs(skew!) > Math.max(CLEAR, 4 * Math.sqrt(6 / count!)));
  if (!clear || ofTarget * ofTemplate > 0) return [];
  const look = (skew: number): string =>
    `${skew > 0 ? "bright on dark" : "dark on bright"} (skewness ${skew.toFixed(2)})`;
  return [
    `the contrasts look opposed: the target ${look(ofTarget)}, the template ${look(ofTemplate)}; invert: ${!invert} turns the target's round`,
  ];
}

/** Third standardised moment, of every so manieth value where there are many. */
function skewness(values: Float32Array): number {
  const every = oddStep(values.length);
  const count = Math.ceil(values.length / every);
  // Taken out of memory once: they lie far apart.
  const some = new Float32Array(count);
  let sum = 0;
  for (let index = 0; index < count; index++) {
    const value = values[index * every]!;
    some[index] = value;
    sum += value;
  }
  const mean = sum / count;
  let squares = 0;
  let cubes = 0;
  for (let index = 0; index < count; index++) {
    const value = some[index]! - mean;
    squares += value * value;
    cubes += value * value * value;
  }
  return squares > 0 ? cubes / count / (squares / count) ** 1.5 : 0;
}

/** Odd, so that it is no divisor of the lengths of most axes: all columns are met. */
function oddStep(length: number): number {
  const step = Math.floor(length / ENOUGH);
  return step <= 1 ? 1 : step - (step % 2) + 1;
}
