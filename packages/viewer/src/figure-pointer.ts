/** Where the pointer is: a position in voxels (z, y, x; rounded), and the pick under it. */
export interface FigurePointer {
  readonly position: readonly [number, number, number];
  readonly pick: number | null;
}

/** What is told of the pointer. */
export interface PointerEvents {
  onClick(pointer: FigurePointer): void;
  /** Null when the pointer leaves the slices. */
  onPointer(pointer: FigurePointer | null): void;
}

/** A press that moves less is a click. */
const CLICK_PIXELS = 4;

/** Follows the pointer over `plot`, once a frame; `locate` says what lies there. Returns a function that ends it. */
export function followPointer(
  plot: HTMLElement,
  locate: (event: MouseEvent) => FigurePointer | null,
  { onClick, onPointer }: PointerEvents,
): () => void {
  const { ownerDocument: document } = plot;
  let pressed: { readonly x: number; readonly y: number } | null = null;
  let hovering: MouseEvent | null = null;
  let ended = false;

  function tellPointer(): void {
    if (hovering && !ended) onPointer(locate(hovering));
    hovering = null;
  }
  function onMove(event: PointerEvent): void {
    if (event.buttons !== 0) return;
    if (hovering === null) requestAnimationFrame(tellPointer);
    hovering = event;
  }
  function onDown(event: PointerEvent): void {
    pressed = event.button === 0 ? { x: event.clientX, y: event.clientY } : null;
  }
  function onUp(event: PointerEvent): void {
    if (!pressed || Math.hypot(event.clientX - pressed.x, event.clientY - pressed.y) > CLICK_PIXELS) return;
    pressed = null;
    const pointer = locate(event);
    if (pointer) onClick(pointer);
  }
  plot.addEventListener("pointermove", onMove);
  plot.addEventListener("pointerleave", () => onPointer(null));
  plot.addEventListener("pointerdown", onDown, { capture: true });
  document.addEventListener("pointerup", onUp, { capture: true });
  return () => {
    ended = true;
    document.removeEventListener("pointerup", onUp, { capture: true });
  };
}
