/** Distributions less skewed than this don't tell which way round the contrast is. */
const CLEAR = 0.2;

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

/** Third standardised moment. */
function skewness(values: Float32Array): number {
  let mean = 0;
  for (let at = 0; at < values.length; at++) mean += values[at]! / values.length;
  let [squares, cubes] = [0, 0];
  for (let at = 0; at < values.length; at++) {
    const value = values[at]! - mean;
    squares += value * value;
    cubes += value * value * value;
  }
  return squares > 0 ? cubes / values.length / (squares / values.length) ** 1.5 : 0;
}
