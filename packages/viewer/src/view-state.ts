import type { MapName, StepView, ViewDescription } from "@rotoscope/arrow/messages";

/** What is on show. `step` null = the latest there is. */
export interface ViewState {
  readonly map: MapName;
  /** Whether the user chose the map; if not, scores take its place once there are some. */
  readonly mapIsChosen: boolean;
  readonly slices: readonly [number, number, number];
  readonly step: number | null;
  readonly view: StepView;
}

/** The first view of something: its scores through the best pick, or through the middle. */
export function firstState({ maps, shape, picks }: ViewDescription): ViewState {
  const map = maps.includes("scores") ? "scores" : (maps[0] ?? "target");
  const best = picks[0]?.position;
  const slices = shape.map((size, axis) => clamp(Math.round(best?.[axis] ?? (size - 1) / 2), size)) as [
    number,
    number,
    number,
  ];
  return { map, mapIsChosen: false, slices, step: null, view: "best" };
}

/** The same view of a description that has changed: slices at the same place of the volume, even if its voxels are coarser or finer now. */
export function carryState(state: ViewState, before: ViewDescription, after: ViewDescription): ViewState {
  const slices = state.slices.map((slice, axis) => {
    const [old, size] = [before.shape[axis]!, after.shape[axis]!];
    return old === size ? slice : clamp(Math.round(((slice + 0.5) * size) / old - 0.5), size);
  }) as [number, number, number];
  const view = after.hasThisRotation ? state.view : "best";
  const canStep = view === "this" || after.hasHistory;
  const step = state.step === null || !canStep || state.step >= after.stepCount ? null : state.step;
  const mapIsChosen = state.mapIsChosen && after.maps.includes(state.map);
  return { map: mapIsChosen ? state.map : firstState(after).map, mapIsChosen, slices, step, view };
}

/** Nearest voxel index of an axis with `size` voxels. */
export function clamp(value: number, size: number): number {
  return Math.max(0, Math.min(size - 1, value));
}
