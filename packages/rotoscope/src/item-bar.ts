import type { WriteStream } from "node:tty";
import { bar } from "./bar.js";

/** Shows how many of `total` items are done: a bar that updates in place on a terminal, nothing elsewhere or for a single item. */
export function itemBar(stream: WriteStream, total: number, what: string): (done: number) => void {
  const started = performance.now();
  return (done) => {
    if (!stream.isTTY || total < 2) return;
    const seconds = (performance.now() - started) / 1000;
    const left = done === total ? `${seconds.toFixed(1)} s` : `${Math.ceil((seconds / done) * (total - done))} s left`;
    stream.write(`\r\x1b[2K${bar(done, total)} ${done}/${total} ${what} | ${left}${done === total ? "\n" : ""}`);
  };
}
