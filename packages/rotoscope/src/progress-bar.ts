import type { WriteStream } from "node:tty";
import type { Progress } from "@rotoscope/matching";
import { bar } from "./bar.js";

/** Where no terminal is, a line at most this often. */
const LINE_EVERY_SECONDS = 10;

/** Shows the progress of a search on `stream`: a bar that updates in place on a terminal, a line now and then elsewhere. */
export function progressBar(stream: WriteStream): (progress: Progress) => void {
  let lastLine = Number.NEGATIVE_INFINITY;
  let finished = false;
  return (progress) => {
    if (finished) return;
    finished = progress.done === progress.total;
    if (stream.isTTY)
      stream.write(`\r\x1b[2K${bar(progress.done, progress.total)} ${describe(progress)}${finished ? "\n" : ""}`);
    else if (finished || progress.elapsedSeconds - lastLine >= LINE_EVERY_SECONDS) {
      lastLine = progress.elapsedSeconds;
      stream.write(`${describe(progress)}\n`);
    }
  };
}

function describe({ done, total, elapsedSeconds, maxScore }: Progress): string {
  const percent = Math.floor((100 * done) / total);
  const rate = elapsedSeconds > 0 ? done / elapsedSeconds : 0;
  const left =
    done === total ? `${elapsedSeconds.toFixed(1)} s` : rate > 0 ? `${Math.ceil((total - done) / rate)} s left` : "";
  return `${percent} % | ${done}/${total} rotations | ${rate.toFixed(1)}/s | ${left} | best ${maxScore.toFixed(3)}`;
}
