import type { StepView } from "@rotoscope/arrow/messages";
import type { ElementMaker, Slider } from "./make-elements.js";

/** The row for going through the rotations. */
export interface StepBar {
  readonly element: HTMLElement;
  readonly play: HTMLButtonElement;
  readonly step: Slider;
  readonly best: HTMLElement;
  readonly previous: HTMLButtonElement;
  readonly next: HTMLButtonElement;
  readonly view: HTMLButtonElement;
  /** Shows which view is on, and whether the other can be had. */
  showView(view: StepView, possible: boolean, reason: string): void;
}

/** Play, slider, jumps between improvements, and the switch between the two views of a step. */
export function stepBar({ make, button, slider }: ElementMaker): StepBar {
  const play = button("Play");
  const step = slider("Rotation step");
  const best = make("span", "best");
  const previous = button("Previous improvement", "◂ improvement");
  const next = button("Next improvement", "improvement ▸");
  const view = make(
    "button",
    "switch",
    make("span", "", "Best so far"),
    make("i", ""),
    make("span", "", "This rotation"),
  );
  view.type = "button";
  view.setAttribute("role", "switch");
  view.setAttribute("aria-label", "Best so far / This rotation");
  const element = make(
    "div",
    "steps",
    make("div", "bar", play, step.element, best),
    make("div", "bar", view, previous, next),
  );
  return {
    element,
    play,
    step,
    best,
    previous,
    next,
    view,
    showView(shown, possible, reason) {
      view.setAttribute("aria-checked", String(shown === "this"));
      view.disabled = !possible;
      view.title = possible
        ? "Whether the best score of all rotations so far is shown, or that of this one alone"
        : reason;
    },
  };
}
