import { AXIS_NAMES } from "./figure-description.js";

/** The name and place of a slice, above it, with the button that enlarges it. */
export interface SliceLabel {
  readonly element: HTMLElement;
  readonly text: HTMLElement;
  setEnlarged(enlarged: boolean): void;
}

/** Makes the label of the slice cut along `axis`. */
export function sliceLabel(document: Document, axis: 0 | 1 | 2, onEnlarge: () => void): SliceLabel {
  const element = document.createElement("div");
  element.className = "rotoscope-slice-label";
  const text = document.createElement("span");
  const button = document.createElement("button");
  button.type = "button";
  button.addEventListener("click", onEnlarge);
  element.append(text, button);
  return {
    element,
    text,
    setEnlarged(enlarged) {
      button.textContent = enlarged ? "⤡" : "⤢";
      const name = enlarged ? "Show all three slices" : `Enlarge slice ${AXIS_NAMES[axis]}`;
      button.setAttribute("aria-label", name);
      button.title = name;
    },
  };
}
