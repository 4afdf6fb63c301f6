import type { WriteStream } from "node:tty";

const WIDTH = 24;

/** Shows how many of `total` items are done: a bar that updates in place on a terminal, nothing elsewhere or for a single item. */
export function itemBar(stream: WriteStream, total: number, what: string): (done: number) => void {
  const started = performance.now();
  return (done) => {
    if (!stream.isTTY || total < 2) return;
    const filled = Math.round((done / total) * WIDTH);
    const seconds = (performance.now() - started) / 1000;
    const left = done === total ? `${seconds.toFixed(1)} s` : `${Math.ceil((seconds / done) * (total - done))} s left`;
    const bar = `[${"#".repeat(filled)}${"-".repeat(WIDTH - filled)}]`;
    stream.write(`\r\x1b[2K${bar} ${done}/${total} ${what} | ${left}${done === total ? "\n" : ""}`);
  };
}
