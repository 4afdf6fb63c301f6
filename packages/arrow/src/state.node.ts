import { readdir, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import {
  addExactly,
  analyzerResult,
  exactSum,
  MaxScoreOverRotations,
  type MaxScoreState,
  matrixKey,
  RotoscopeError,
} from "@rotoscope/core";
import { readAnalyzerStates, writeAnalyzerStates } from "./analyzer-states.node.js";
import { withFile } from "./file-source.node.js";
import { ImprovementFile, readImprovements } from "./improvement-file.node.js";
import { readMaps } from "./read-maps.js";
import { openMaps } from "./reader.js";
import { encodeResultHeader } from "./result-layout.js";
import type { SearchState } from "./search-state.js";
import { decodeProgress, encodeProgress, type StateProgress } from "./state-layout.js";
import { prepareMaps, writeMaps } from "./write-arrow.node.js";

/** What can be saved: an analyzer's state, a search's, or a search that is asked for it. */
export type Saveable = MaxScoreState | SearchState | { state(): Promise<SearchState> };

/** A state as it was saved: `match({ ..., resume })` continues a search from it, an analyzer's `update` takes it as its own. */
export interface LoadedState extends MaxScoreState, Omit<SearchState, "rotationMapping" | "scores" | "rotations"> {}

/**
 * Saves what a search, or an analyzer by hand, has done so far (docs/format.md). The file is replaced as a whole or stays as it was. A search's
 * improvements, where it records a history, go into a file beside it.
 *
 * @example
 * await saveState("run.state.arrow", search);   // at any moment; the search goes on
 * const search = match({ target, template, resume: await loadState("run.state.arrow") });   // later, in another process
 *
 * @example
 * await saveState("analyzer.state.arrow", analyzer, state);
 * const state = await loadState("analyzer.state.arrow");   // analyzer.update(state, ...) goes on
 */
export function saveState(path: string, search: Saveable): Promise<void>;
/** Saves an analyzer's state, with its threshold. */
export function saveState(path: string, analyzer: SavedAnalyzer, state: MaxScoreState): Promise<void>;
export function saveState(path: string, subject: Saveable | SavedAnalyzer, state?: MaxScoreState): Promise<void> {
  if (state === undefined) return stateSaver(path)(subject as Saveable);
  return stateSaver(path)(state, (subject as SavedAnalyzer).scoreThreshold);
}

/** What is saved of an analyzer beside its state. */
export type SavedAnalyzer = Pick<MaxScoreOverRotations, "scoreThreshold">;

/** A function that saves state after state of one run to the same file, one at a time, as `saveState` does; improvements are written once only. An analyzer's state doesn't know its threshold, which is given beside it. */
export function stateSaver(path: string): (subject: Saveable, scoreThreshold?: number) => Promise<void> {
  let log: ImprovementFile | null = null;
  let last: Promise<void> = Promise.resolve();
  const save = async (subject: Saveable, threshold?: number): Promise<void> => {
    const state = toSearchState("state" in subject ? await subject.state() : subject, threshold);
    const { scores, rotations, rotationMapping, scoreThreshold, provenance } = state;
    const offset = scores.shape.map(() => 0);
    const maps = prepareMaps(
      path,
      analyzerResult({ scores, rotations, rotationMapping, offset, meanSquare: Number.NaN }),
      { scoreThreshold, provenance },
    );
    if (log && !log.continues(state.improvements ?? [])) log = null;
    if (state.improvements) log ??= new ImprovementFile(path);
    try {
      const improvements = state.improvements && log ? await log.append(state.improvements) : null;
      const analyzers = state.analyzers ? await writeAnalyzerStates(path, state.analyzers) : null;
      await writeMaps(path, {
        ...maps,
        background: state.background ?? null,
        json: {
          ...encodeResultHeader(maps.header),
          kind: "state",
          state: encodeProgress({ ...progressOf(state), improvements, analyzers }),
        },
      });
      await removeRemains(path, [improvements?.file, analyzers]);
    } catch (error) {
      log = null;
      throw error;
    }
  };
  return (subject, scoreThreshold) => {
    last = last.catch(() => {}).then(() => save(subject, scoreThreshold));
    return last;
  };
}

/**
 * Reads what `saveState` wrote, bit for bit. Throws a `RotoscopeError`: `file` for a file that is damaged, incomplete or not ours, `unsupported` for a
 * later version of the layout.
 */
export function loadState(path: string): Promise<LoadedState> {
  return withFile(path, async (source) => {
    const file = await openMaps(source, "state");
    const progress = decodeProgress(file.json, source.name);
    const maps = await readMaps(file);
    const { improvements, analyzers, done } = progress;
    const rotationMapping = new Map(file.rotationMapping);
    return {
      ...progress,
      ...maps,
      rotationMapping,
      indexOfMatrix: new Map([...rotationMapping].map(([index, matrix]) => [matrixKey(matrix), index])),
      sharedRotations: null,
      locks: null,
      scoreThreshold: file.header.scoreThreshold,
      provenance: file.header.provenance,
      analyzers: analyzers === null ? null : await readAnalyzerStates(path, analyzers),
      improvements: improvements && (await readImprovements(path, improvements, done, maps.scores.data.length)),
    };
  });
}

/** Removes a state and what lies beside it. */
export async function removeState(path: string): Promise<void> {
  await rm(path, { force: true });
  await removeRemains(path, []);
}

/** Removes what earlier states and processes that were killed while they saved have left beside `path`; `keep` stays. */
async function removeRemains(path: string, keep: readonly (string | null | undefined)[]): Promise<void> {
  const name = basename(path);
  const stem = name.replace(/\.arrow$/, "");
  for (const found of await readdir(dirname(path)).catch(() => [])) {
    const token = found.startsWith(`${stem}.`) && found.slice(stem.length + 1);
    const log = token && /^[0-9a-f]{8}\.(improvements|analyzers)\.arrow(\.[0-9a-z]{1,8}\.tmp)?$/.test(token);
    const temporary = found.startsWith(`${name}.`) && /^[0-9a-z]{1,8}\.tmp$/.test(found.slice(name.length + 1));
    if ((log || temporary) && !keep.includes(found)) await rm(join(dirname(path), found), { force: true });
  }
}

/** What goes into the JSON as it is. */
function progressOf(
  state: SearchState & Pick<StateProgress, "squares">,
): Omit<StateProgress, "improvements" | "analyzers"> {
  const { rotationCount, done, squares, squaresByRotation, fingerprint, elapsedSeconds } = state;
  return { rotationCount, done, squares, squaresByRotation, fingerprint, elapsedSeconds };
}

/** Whether a state is a search's; an analyzer's that was loaded has the fields of one, too. */
function isOfSearch(state: MaxScoreState | SearchState): state is SearchState {
  return "done" in state && !("squares" in state && state.rotationCount === 0);
}

/** An analyzer's state as a search's that has done no rotations of a list; a search's with the sum of its squares. */
function toSearchState(
  state: MaxScoreState | SearchState,
  scoreThreshold: number | undefined,
): SearchState & Pick<StateProgress, "squares"> {
  if (isOfSearch(state)) {
    const squares = exactSum();
    for (const square of state.squaresByRotation) addExactly(squares, square);
    return { ...state, squares };
  }
  if (!(state.scores.data instanceof Float32Array))
    throw new RotoscopeError("unsupported", "a file-backed state can't be saved: its files are where it is");
  const analyzer = new MaxScoreOverRotations({ shape: state.scores.shape });
  const known = "scoreThreshold" in state ? Number(state.scoreThreshold) : 0;
  return {
    scores: state.scores,
    rotations: state.rotations,
    squares: state.squares,
    rotationMapping: analyzer.result(state).rotationMapping,
    scoreThreshold: scoreThreshold ?? known,
    rotationCount: 0,
    done: [],
    squaresByRotation: new Float64Array(0),
    improvements: null,
    fingerprint: "",
    elapsedSeconds: 0,
    provenance: null,
  };
}
