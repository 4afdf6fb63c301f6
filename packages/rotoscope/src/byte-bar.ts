import type { WriteStream } from "node:tty";
import { bar } from "./bar.js";
import { megabytes } from "./megabytes.js";

const EVERY_MS = 100;
/** Where no terminal is, a line at most this often. */
const LINE_EVERY_MS = 10_000;

/** Shows how much of a file was read or written: a bar that updates in place on a terminal, a line now and then elsewhere; nothing for what is done at once. */
export function byteBar(stream: WriteStream, what: string): (done: number, total: number) => void {
  const started = performance.now();
  const every = stream.isTTY ? EVERY_MS : LINE_EVERY_MS;
  let last = started;
  let shown = false;
  return (done, total) => {
    const now = performance.now();
    const finished = done >= total;
    if (finished ? !shown : now - last < every) return;
    last = now;
    shown = true;
    const rate = done / Math.max(0.001, (now - started) / 1000);
    const left = finished ? `${((now - started) / 1000).toFixed(1)} s` : `${Math.ceil((total - done) / rate)} s left`;
    const text = `${what} ${megabytes(done)} of ${megabytes(total)} | ${megabytes(rate)}/s | ${left}`;
    stream.write(stream.isTTY ? `\r\x1b[2K${bar(done, total)} ${text}${finished ? "\n" : ""}` : `${text}\n`);
  };
}
