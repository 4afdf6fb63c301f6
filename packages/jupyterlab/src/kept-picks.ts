import type { IStateDB } from "@jupyterlab/statedb";
import type { KeptChoice } from "@rotoscope/viewer/files";

/** The choice of picks of the file at `path`, as JupyterLab's state database has it: for as long as the file isn't changed. */
export async function keptPicks(state: IStateDB | null, path: string, lastModified: string): Promise<KeptChoice> {
  if (!state) return { choice: null, keep: null };
  const key = `@rotoscope/jupyterlab:picks:${path}`;
  const saved = (await state.fetch(key).catch(() => undefined)) as
    | { lastModified: string; threshold: number; removed: number[] }
    | undefined;
  const isCurrent = saved?.lastModified === lastModified && Array.isArray(saved.removed);
  return {
    choice: isCurrent ? { threshold: saved.threshold, removed: saved.removed } : null,
    keep: ({ threshold, removed }) => {
      state.save(key, { lastModified, threshold, removed: [...removed] }).catch(() => {});
    },
  };
}
