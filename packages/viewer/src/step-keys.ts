/** What the keys of the slices do. */
export interface StepKeys {
  /** Moves by that many steps. */
  move(steps: number): void;
  /** Goes to the first or the last step. */
  toEnd(end: "first" | "last"): void;
  improvement(direction: "next" | "previous"): void;
  togglePlay(): void;
  zoom(factor: number | null): void;
}

/** Left and Right step (with Shift by ten), Home and End, N and P for improvements, Space plays, + - 0 zoom. */
export function listenToKeys(element: HTMLElement, keys: StepKeys): void {
  element.addEventListener("keydown", (event) => {
    if (event.target !== element || event.ctrlKey || event.metaKey || event.altKey) return;
    const far = event.shiftKey ? 10 : 1;
    const actions: Readonly<Record<string, () => void>> = {
      ArrowLeft: () => keys.move(-far),
      ArrowRight: () => keys.move(far),
      Home: () => keys.toEnd("first"),
      End: () => keys.toEnd("last"),
      n: () => keys.improvement("next"),
      p: () => keys.improvement("previous"),
      " ": () => keys.togglePlay(),
      "+": () => keys.zoom(1 / 1.5),
      "-": () => keys.zoom(1.5),
      "0": () => keys.zoom(null),
    };
    const action = actions[event.key];
    if (!action) return;
    event.preventDefault();
    event.stopPropagation();
    action();
  });
}
