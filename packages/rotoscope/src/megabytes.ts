/** A number of bytes for readers. */
export function megabytes(bytes: number): string {
  const [size, unit] = bytes < 1e9 ? [bytes / 1e6, "MB"] : [bytes / 1e9, "GB"];
  return `${Number(size.toPrecision(2))} ${unit}`;
}
