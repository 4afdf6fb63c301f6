/** The viewer's style sheet. In JupyterLab it takes Lab's colours, elsewhere the browser's preference. */
export const STYLES = `
.rotoscope-viewer {
  --rs-text: var(--jp-content-font-color1, light-dark(#1c1f26, #e6e8ee));
  --rs-muted: var(--rs-lab-muted, light-dark(#565c6b, #a9afbf));
  --rs-line: var(--jp-border-color1, light-dark(#c3c8d2, #4a4f5c));
  --rs-face: var(--jp-layout-color2, light-dark(#eef0f4, #2a2d35));
  --rs-accent: light-dark(#1667b7, #6cb2f5);
  --rs-warning: light-dark(#8a4b00, #f2b45c);
  box-sizing: border-box; max-width: 1200px; padding: 6px 8px 8px; color: var(--rs-text);
  font: 12px/1.4 var(--jp-ui-font-family, system-ui, "Segoe UI", Roboto, Helvetica, Arial, sans-serif);
  font-variant-numeric: tabular-nums;
}
body[data-jp-theme-light="true"] .rotoscope-viewer { color-scheme: light; }
body[data-jp-theme-light="false"] .rotoscope-viewer { color-scheme: dark; }
.rotoscope-viewer * { box-sizing: border-box; }
.rotoscope-viewer [hidden] { display: none !important; }
.rotoscope-viewer h3 { font: inherit; font-weight: 600; margin: 0; }
.rotoscope-ink { color: var(--rs-text); border: 0 solid var(--rs-muted); outline: 0 solid var(--rs-line); caret-color: var(--rs-accent); }
.rotoscope-bar { display: flex; align-items: center; gap: 6px 12px; flex-wrap: wrap; min-height: 28px; }
.rotoscope-title { flex: 1 1 120px; min-width: 0; font-weight: 600; font-size: 13px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.rotoscope-size { color: var(--rs-muted); font-weight: 400; }
.rotoscope-title span:first-child:not(:empty) { margin-right: 8px; }
.rotoscope-muted { color: var(--rs-muted); }
.rotoscope-viewer :is(button, select, input:is([type=number], [type=text])) {
  font: inherit; color: inherit; height: 24px; padding: 0 8px; margin: 0; border: 1px solid var(--rs-line); border-radius: 4px; background: var(--rs-face);
}
.rotoscope-viewer button { cursor: pointer; white-space: nowrap; }
.rotoscope-viewer button:hover:not(:disabled), .rotoscope-viewer select:hover { border-color: var(--rs-accent); }
.rotoscope-viewer :is(button, select, input, [tabindex]):focus-visible { outline: 2px solid var(--rs-accent) !important; outline-offset: 1px; }
.rotoscope-viewer :disabled { opacity: 0.55; cursor: default; }
.rotoscope-viewer button[aria-pressed=true] { background: var(--rs-accent); border-color: var(--rs-accent); color: light-dark(#fff, #10131a); }
.rotoscope-number { width: 84px; }
.rotoscope-name { width: 150px; }
.rotoscope-tools { display: flex; gap: 4px; }
.rotoscope-check { display: inline-flex; align-items: center; gap: 5px; }
.rotoscope-check input { margin: 0; accent-color: var(--rs-accent); }
.rotoscope-track { flex: 1 1 120px; height: 8px; border-radius: 4px; background: var(--rs-face); border: 1px solid var(--rs-line); overflow: hidden; }
.rotoscope-track > div { height: 100%; width: 0; background: var(--rs-accent); }

.rotoscope-figure { position: relative; border: 0 solid var(--rs-line); margin: 2px 0; overflow: hidden; }
.rotoscope-slice { position: absolute; overflow: hidden; }
.rotoscope-slice > canvas { position: absolute; max-width: none; }
.rotoscope-slice > canvas:first-child { image-rendering: pixelated; }
.rotoscope-slice-label { position: absolute; z-index: 1; display: flex; gap: 6px; align-items: center; font-size: 11px; color: var(--rs-muted); white-space: nowrap; }
.rotoscope-viewer .rotoscope-slice-label button { height: 20px; min-width: 24px; padding: 0 3px; line-height: 1; border-color: transparent; background: none; }

.rotoscope-slider { display: grid; grid-template-columns: auto minmax(60px, 1fr) auto; align-items: center; gap: 8px; flex: 1 1 0; min-width: 0; }
.rotoscope-slider input, .rotoscope-dual input { width: 100%; min-width: 0; margin: 0; height: 20px; accent-color: var(--rs-accent); }
.rotoscope-short { flex: 0 1 170px; }
.rotoscope-value { min-width: 3ch; text-align: right; white-space: nowrap; }
.rotoscope-slices { flex-wrap: nowrap; gap: 18px; }
.rotoscope-steps .rotoscope-bar:first-child button { min-width: 58px; }
.rotoscope-viewer .rotoscope-switch { display: inline-flex; align-items: center; gap: 7px; padding: 0 10px; border-radius: 12px; color: var(--rs-muted); }
.rotoscope-switch i { width: 26px; height: 14px; border-radius: 7px; background: var(--rs-accent); position: relative; }
.rotoscope-switch i::after { content: ""; position: absolute; top: 2px; left: 2px; width: 10px; height: 10px; border-radius: 5px; background: light-dark(#fff, #10131a); transition: left 0.1s; }
.rotoscope-switch[aria-checked=true] i::after { left: 14px; }
.rotoscope-switch[aria-checked=false] span:first-child, .rotoscope-switch[aria-checked=true] span:last-child { color: var(--rs-text); font-weight: 600; }

.rotoscope-contrast { display: flex; align-items: center; gap: 8px; flex: 1 1 380px; min-width: 0; }
.rotoscope-viewer label { white-space: nowrap; }
.rotoscope-contrast > .rotoscope-value { min-width: 6ch; }
.rotoscope-contrast > .rotoscope-value + .rotoscope-dual + .rotoscope-value { text-align: left; }
.rotoscope-dual { position: relative; flex: 1 1 120px; min-width: 90px; height: 20px; }
.rotoscope-dual::before { content: ""; position: absolute; inset: 6px 0; border-radius: 4px; background: var(--rs-face); border: 1px solid var(--rs-line); }
.rotoscope-strip { position: absolute; top: 6px; height: 8px; left: var(--rs-from); width: calc(var(--rs-to) - var(--rs-from)); min-width: 1px; }
.rotoscope-dual input { position: absolute; inset: 0; appearance: none; background: none; pointer-events: none; }
.rotoscope-dual input::-webkit-slider-thumb { appearance: none; pointer-events: auto; width: 10px; height: 20px; border-radius: 3px; border: 2px solid var(--rs-accent); background: light-dark(#fff, #10131a); cursor: ew-resize; }
.rotoscope-dual input::-moz-range-thumb { pointer-events: auto; width: 6px; height: 16px; border-radius: 3px; border: 2px solid var(--rs-accent); background: light-dark(#fff, #10131a); cursor: ew-resize; }

.rotoscope-readout { min-height: 18px; white-space: pre-wrap; margin: 2px 0; }
.rotoscope-status { color: var(--rs-warning); min-height: 0; }
.rotoscope-notes { margin: 2px 0 0; padding: 0; list-style: none; color: var(--rs-muted); }

.rotoscope-panels { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 400px), 1fr)); gap: 10px 20px; margin-top: 8px; }
.rotoscope-panel { border-top: 1px solid var(--rs-line); padding-top: 4px; min-width: 0; }
.rotoscope-histogram-plot { position: relative; height: 76px; margin: 2px 0; border-bottom: 1px solid var(--rs-line); }
.rotoscope-histogram { position: absolute; inset: 0; width: 100%; height: 100%; }
.rotoscope-viewer .rotoscope-threshold { position: absolute; inset: 0 -6px; width: calc(100% + 12px); height: 100%; margin: 0; appearance: none; background: none; cursor: ew-resize; }
.rotoscope-threshold::-webkit-slider-runnable-track { height: 100%; background: none; }
.rotoscope-threshold::-webkit-slider-thumb { appearance: none; width: 12px; height: 100%; border: 0; cursor: ew-resize;
  background: radial-gradient(circle at 50% 6px, var(--rs-accent) 5.5px, transparent 6px), linear-gradient(to right, transparent 5px, var(--rs-accent) 5px 7px, transparent 7px); }
.rotoscope-threshold::-moz-range-track { height: 100%; background: none; }
.rotoscope-threshold::-moz-range-thumb { width: 12px; height: 100%; border: 0; border-radius: 0; cursor: ew-resize;
  background: radial-gradient(circle at 50% 6px, var(--rs-accent) 5.5px, transparent 6px), linear-gradient(to right, transparent 5px, var(--rs-accent) 5px 7px, transparent 7px); }
.rotoscope-cutoff { position: absolute; top: 0; bottom: 0; left: calc(100% * var(--rs-cutoff)); border-left: 2px dashed var(--rs-warning); }
.rotoscope-ends { display: flex; justify-content: space-between; color: var(--rs-muted); }
.rotoscope-viewer table { width: 100%; border-collapse: collapse; font: inherit; background: none; border: 0; margin: 0; table-layout: auto; }
.rotoscope-viewer :is(th, td) { height: 26px; padding: 0 6px; text-align: right; font-weight: 400; white-space: nowrap; border: 0; background: none; max-width: none; }
.rotoscope-viewer thead th { position: sticky; top: 0; z-index: 1; background: var(--rs-face); color: var(--rs-text); font-weight: 600; }
.rotoscope-viewer tbody tr { background: none !important; }
.rotoscope-viewer tbody tr:hover { background: var(--rs-face) !important; }
.rotoscope-viewer tbody tr[aria-current] { box-shadow: inset 3px 0 0 var(--rs-accent); background: var(--rs-face) !important; }
.rotoscope-viewer td button { height: 22px; min-width: 24px; padding: 0 6px; }
.rotoscope-picks-table td:last-child { padding: 0 3px; }
.rotoscope-picks-table { height: 240px; overflow: auto; border: 1px solid var(--rs-line); margin: 4px 0; }
.rotoscope-planar .rotoscope-picks-table :is(th, td):is(:nth-child(2), :nth-child(7), :nth-child(8)),
.rotoscope-planar .rotoscope-course-table :is(th, td):is(:nth-child(4), :nth-child(5)) { display: none; }
.rotoscope-picks-table tbody tr { cursor: pointer; }
.rotoscope-removed td { text-decoration: line-through; color: var(--rs-muted); }
.rotoscope-hidden-text { font-size: 0 !important; }
.rotoscope-course { display: block; width: 100%; height: 120px; cursor: pointer; }
.rotoscope-course-table { max-height: 158px; overflow: auto; border: 1px solid var(--rs-line); margin: 4px 0; }
.rotoscope-template-slices { display: flex; gap: 10px; flex-wrap: wrap; margin: 4px 0; }
.rotoscope-template-slices figure { margin: 0; }
.rotoscope-template { display: block; width: 104px; height: 104px; object-fit: contain; image-rendering: pixelated; background: light-dark(#e8eaef, #0d0f13); }
.rotoscope-template-slices figcaption { color: var(--rs-muted); font-size: 11px; }
.rotoscope-orientations { display: block; width: 250px; height: 140px; }
@media print { .rotoscope-tools, .rotoscope-viewer button { display: none; } }
`;
