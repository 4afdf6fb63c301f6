import { LabIcon } from "@jupyterlab/ui-components";

/** A volume: a box with a slice through it. */
export const volumeIcon: LabIcon = new LabIcon({
  name: "rotoscope:volume",
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">
<g class="jp-icon3 jp-icon-selectable" fill="none" stroke="#616161" stroke-width="1.6" stroke-linejoin="round">
<path d="M12 2.5 20.5 7v10L12 21.5 3.5 17V7z"/><path d="M3.5 7 12 11.5 20.5 7M12 11.5v10"/></g>
<path class="jp-icon-accent0 jp-icon-selectable" fill="#2a9d8f" fill-opacity=".75" d="m3.5 12 8.5 4.5 8.5-4.5-8.5-4.5z"/></svg>`,
});

/** A result: turned boxes about a point, as the kernel's picture. */
export const resultIcon: LabIcon = new LabIcon({
  name: "rotoscope:result",
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">
<g class="jp-icon3 jp-icon-selectable" fill="none" stroke="#616161" stroke-width="1.6">
<rect x="5" y="5" width="14" height="14" opacity=".45"/><rect x="5" y="5" width="14" height="14" transform="rotate(45 12 12)"/></g>
<circle class="jp-icon-accent0 jp-icon-selectable" cx="12" cy="12" r="2.5" fill="#2a9d8f"/></svg>`,
});
