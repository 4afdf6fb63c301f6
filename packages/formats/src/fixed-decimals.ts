/** `value` with six decimals, as `toFixed(6)` but several times as fast; for values below 10^9. */
export function fixed(value: number): string {
  const size = Math.round(Math.abs(value) * 1e6);
  if (!(size < 1e15)) return value.toFixed(6);
  const whole = Math.floor(size / 1e6);
  const digits = String(1e6 + size - whole * 1e6);
  return `${value < 0 && size > 0 ? "-" : ""}${whole}.${digits.slice(1)}`;
}
