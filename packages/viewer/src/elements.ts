import { COLOR_MAPS } from "./color-tables.js";
import { type Choice, type ElementMaker, elementMaker, type Slider } from "./make-elements.js";
import { type StepBar, stepBar } from "./step-bar.js";
import { STYLES } from "./styles.js";

/** The viewer's elements, all in the light DOM, each control with an accessible name. */
export interface ViewerElements {
  readonly maker: ElementMaker;
  readonly region: HTMLElement;
  readonly title: HTMLElement;
  readonly size: HTMLElement;
  readonly map: HTMLSelectElement;
  readonly colors: Choice;
  readonly overTarget: { readonly element: HTMLElement; readonly input: HTMLInputElement };
  readonly opacity: Slider;
  /** Where the contrast goes. */
  readonly display: HTMLElement;
  readonly progress: HTMLElement;
  readonly progressTrack: HTMLElement;
  readonly progressFill: HTMLElement;
  readonly progressText: HTMLElement;
  readonly stop: HTMLButtonElement;
  readonly figure: HTMLElement;
  readonly zoomIn: HTMLButtonElement;
  readonly zoomOut: HTMLButtonElement;
  readonly showAll: HTMLButtonElement;
  readonly pan: HTMLButtonElement;
  readonly exportPng: HTMLButtonElement;
  readonly exportSvg: HTMLButtonElement;
  readonly steps: StepBar;
  readonly slices: readonly [Slider, Slider, Slider];
  readonly readout: HTMLElement;
  /** Where the panels go. */
  readonly panels: HTMLElement;
  readonly status: HTMLElement;
  readonly notes: HTMLElement;
}

/** Builds the elements into `host`, which it empties, and adds the style sheet to the host's document or shadow root once. */
export function viewerElements(host: HTMLElement): ViewerElements {
  addStyles(host);
  const maker = elementMaker(host.ownerDocument);
  const { make, slider, button, choice, checkbox } = maker;

  const title = make("span", "");
  const size = make("span", "size");
  const map = choice("Map", []);
  const colors = choice(
    "Colours",
    COLOR_MAPS.map((name) => [name, name]),
  );
  const overTarget = checkbox("Over target");
  const opacity = slider("Opacity");
  opacity.input.max = "100";
  opacity.element.classList.add("rotoscope-short");
  const display = make("div", "bar", map.element, colors.element, overTarget.element, opacity.element);

  const progressFill = make("div", "");
  const progressTrack = make("div", "track", progressFill);
  progressTrack.setAttribute("role", "progressbar");
  progressTrack.setAttribute("aria-label", "Search progress");
  const progressText = make("span", "");
  const stop = button("Stop");
  const progress = make("div", "bar", progressTrack, progressText, stop);
  progress.hidden = true;

  const figure = make("div", "figure");
  figure.tabIndex = 0;
  figure.setAttribute("role", "group");
  figure.setAttribute("aria-label", "Slices");
  const [zoomIn, zoomOut] = [button("Zoom in", "+"), button("Zoom out", "−")];
  const showAll = button("Show all");
  const pan = button("Pan");
  pan.setAttribute("aria-pressed", "false");
  const [exportPng, exportSvg] = [button("Export PNG", "PNG"), button("Export SVG", "SVG")];
  const tools = make("div", "tools", zoomIn, zoomOut, showAll, pan, exportPng, exportSvg);
  tools.setAttribute("role", "toolbar");
  tools.setAttribute("aria-label", "Figure");

  const steps = stepBar(maker);
  const slices = [slider("Slice z"), slider("Slice y"), slider("Slice x")] as const;
  const readout = make("div", "readout");
  const status = make("div", "status");
  status.setAttribute("role", "status");
  const notes = make("ul", "notes");
  notes.setAttribute("aria-live", "polite");
  const panels = make("div", "panels");

  const region = make(
    "section",
    "viewer",
    make("div", "bar", make("div", "title", title, size), tools),
    display,
    progress,
    figure,
    readout,
    steps.element,
    make("div", "bar rotoscope-slices", ...slices.map(({ element }) => element)),
    status,
    notes,
    panels,
  );
  region.setAttribute("role", "region");
  region.setAttribute("aria-label", "rotoscope viewer");
  host.replaceChildren(region);
  return {
    maker,
    region,
    title,
    size,
    map: map.select,
    colors,
    overTarget,
    opacity,
    display,
    progress,
    progressTrack,
    progressFill,
    progressText,
    stop,
    figure,
    zoomIn,
    zoomOut,
    showAll,
    pan,
    exportPng,
    exportSvg,
    steps,
    slices,
    readout,
    panels,
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
