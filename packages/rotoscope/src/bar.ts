const WIDTH = 24;

/** How much of `total` is done, drawn in 26 characters. */
export function bar(done: number, total: number): string {
  const filled = Math.round((done / total) * WIDTH);
  return `[${"#".repeat(filled)}${"-".repeat(WIDTH - filled)}]`;
}
