/** One executed cell, as `history_reply` lists it: session, line number, source. */
export type HistoryEntry = readonly [session: number, line: number, source: string | readonly [string, string | null]];

const SESSION = 1;

/** The cells of this kernel's life. */
export class History {
  readonly #cells: { line: number; source: string; output: string | null }[] = [];

  add(line: number, source: string): void {
    this.#cells.push({ line, source, output: null });
  }

  /** Notes what the latest cell displayed. */
  setOutput(line: number, output: string): void {
    const cell = this.#cells.at(-1);
    if (cell?.line === line) cell.output = output;
  }

  /** Answers a `history_request`: its `hist_access_type` is `tail`, `range` or `search` (with `*` and `?`). */
  query(request: Readonly<Record<string, unknown>>): HistoryEntry[] {
    return this.#select(request).map(({ line, source, output }) => [
      SESSION,
      line,
      request.output === true ? [source, output] : source,
    ]);
  }

  #select(request: Readonly<Record<string, unknown>>): { line: number; source: string; output: string | null }[] {
    const count = typeof request.n === "number" ? request.n : Number.POSITIVE_INFINITY;
    if (request.hist_access_type === "range") {
      // Session 0 is the current one, negative ones are earlier: there are none.
      if (request.session !== undefined && request.session !== 0 && request.session !== SESSION) return [];
      const start = typeof request.start === "number" ? request.start : 0;
      const stop = typeof request.stop === "number" ? request.stop : Number.POSITIVE_INFINITY;
      return this.#cells.filter(({ line }) => line >= start && line < stop);
    }
    if (request.hist_access_type !== "search") return lastOf(this.#cells, count);
    const pattern = globPattern(String(request.pattern ?? "*"));
    const found = this.#cells.filter(({ source }) => pattern.test(source));
    const latest = new Map(found.map((cell) => [cell.source, cell]));
    return lastOf(request.unique === true ? found.filter((cell) => latest.get(cell.source) === cell) : found, count);
  }
}

function lastOf<T>(items: readonly T[], count: number): T[] {
  return items.slice(Math.max(0, items.length - count));
}

function globPattern(glob: string): RegExp {
  const escaped = glob
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${escaped}$`, "s");
}
