import { STYLES } from "./styles.js";

/** A native range input with its label and value. */
export interface Slider {
  readonly element: HTMLElement;
  readonly input: HTMLInputElement;
  readonly output: HTMLElement;
}

/** The viewer's elements, all in the light DOM, each control with an accessible name. */
export interface ViewerElements {
  readonly region: HTMLElement;
  readonly title: HTMLElement;
  readonly size: HTMLElement;
  readonly map: HTMLSelectElement;
  readonly progress: HTMLElement;
  readonly progressTrack: HTMLElement;
  readonly progressFill: HTMLElement;
  readonly progressText: HTMLElement;
  readonly stop: HTMLButtonElement;
  readonly figure: HTMLElement;
  /** The row of play button and step slider. */
  readonly steps: HTMLElement;
  readonly play: HTMLButtonElement;
  readonly step: Slider;
  readonly best: HTMLElement;
  readonly slices: readonly [Slider, Slider, Slider];
  readonly readout: HTMLElement;
  readonly status: HTMLElement;
  readonly notes: HTMLElement;
}

/** Builds the elements into `host`, which it empties, and adds the style sheet to the host's document or shadow root once. */
export function viewerElements(host: HTMLElement): ViewerElements {
  const { ownerDocument: document } = host;
  addStyles(host);
  const make = <K extends keyof HTMLElementTagNameMap>(tag: K, className: string, ...children: (Node | string)[]) => {
    const element = document.createElement(tag);
    if (className) element.className = `rotoscope-${className}`;
    element.append(...children);
    return element;
  };
  const slider = (name: string): Slider => {
    const input = make("input", "");
    Object.assign(input, { type: "range", min: "0", max: "0", step: "1", value: "0" });
    const output = make("span", "value", "0");
    const element = make("label", "slider", make("span", "", name), input, output);
    input.setAttribute("aria-label", name);
    return { element, input, output };
  };
  const button = (name: string) => Object.assign(make("button", "", name), { type: "button" });

  const title = make("span", "");
  const size = make("span", "size");
  const map = make("select", "");
  const progressFill = make("div", "");
  const progressTrack = make("div", "track", progressFill);
  progressTrack.setAttribute("role", "progressbar");
  progressTrack.setAttribute("aria-label", "Search progress");
  const progressText = make("span", "");
  const stop = button("Stop");
  const progress = make("div", "bar", progressTrack, progressText, stop);
  progress.hidden = true;
  const figure = make("div", "figure");
  const play = button("Play");
  const step = slider("Rotation step");
  const best = make("span", "best");
  const steps = make("div", "bar", play, step.element, best);
  const slices = [slider("Slice z"), slider("Slice y"), slider("Slice x")] as const;
  const readout = make("div", "readout");
  const status = make("div", "status");
  status.setAttribute("role", "status");
  const notes = make("ul", "notes");
  notes.setAttribute("aria-live", "polite");

  const region = make(
    "section",
    "viewer",
    make("div", "bar", make("div", "title", title, size), make("label", "", "Map ", map)),
    progress,
    figure,
    steps,
    make("div", "bar rotoscope-slices", ...slices.map(({ element }) => element)),
    readout,
    status,
    notes,
  );
  region.setAttribute("role", "region");
  region.setAttribute("aria-label", "rotoscope viewer");
  // JupyterLab's shortcuts select by `:focus`, so an attribute on an ancestor would come too late.
  for (const control of region.querySelectorAll("input, select, button"))
    control.setAttribute("data-lm-suppress-shortcuts", "true");
  host.replaceChildren(region);
  return {
    region,
    title,
    size,
    map,
    progress,
    progressTrack,
    progressFill,
    progressText,
    stop,
    figure,
    steps,
    play,
    step,
    best,
    slices,
    readout,
    status,
    notes,
  };
}

function addStyles(host: HTMLElement): void {
  const root = host.getRootNode();
  const parent = root instanceof ShadowRoot ? root : host.ownerDocument.head;
  if (parent.querySelector("style[data-rotoscope]")) return;
  const style = host.ownerDocument.createElement("style");
  style.dataset.rotoscope = "";
  style.textContent = STYLES;
  parent.append(style);
}
