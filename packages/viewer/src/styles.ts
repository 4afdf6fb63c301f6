/** The viewer's style sheet. In JupyterLab it takes Lab's colours, elsewhere the browser's preference. */
export const STYLES = `
.rotoscope-viewer {
  --rs-text: var(--jp-content-font-color1, light-dark(#1c1f26, #e6e8ee));
  --rs-muted: var(--jp-content-font-color2, light-dark(#5a6070, #a2a8b8));
  --rs-line: var(--jp-border-color1, light-dark(#c3c8d2, #4a4f5c));
  --rs-face: var(--jp-layout-color2, light-dark(#eef0f4, #2a2d35));
  --rs-accent: var(--jp-brand-color1, light-dark(#1667b7, #6cb2f5));
  --rs-warning: var(--jp-warn-color0, light-dark(#8a4b00, #f2b45c));
  box-sizing: border-box; max-width: 1200px; padding: 6px 8px 8px; color: var(--rs-text);
  font: 12px/1.4 var(--jp-ui-font-family, system-ui, "Segoe UI", Roboto, Helvetica, Arial, sans-serif);
  font-variant-numeric: tabular-nums;
}
.rotoscope-viewer * { box-sizing: border-box; }
.rotoscope-viewer [hidden] { display: none !important; }
.rotoscope-bar { display: flex; align-items: center; gap: 8px 12px; flex-wrap: wrap; min-height: 26px; }
.rotoscope-title { flex: 1 1 120px; min-width: 0; font-weight: 600; font-size: 13px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.rotoscope-size { color: var(--rs-muted); font-weight: 400; margin-left: 8px; }
.rotoscope-bar button, .rotoscope-bar select {
  font: inherit; color: inherit; height: 24px; padding: 0 8px; border: 1px solid var(--rs-line); border-radius: 4px; background: var(--rs-face);
}
.rotoscope-bar button { min-width: 56px; cursor: pointer; }
.rotoscope-bar button:hover:not(:disabled), .rotoscope-bar select:hover { border-color: var(--rs-accent); }
.rotoscope-bar :is(button, select, input):focus-visible { outline: 2px solid var(--rs-accent); outline-offset: 1px; }
.rotoscope-bar :disabled { opacity: 0.5; cursor: default; }
.rotoscope-track { flex: 1 1 120px; height: 8px; border-radius: 4px; background: var(--rs-face); border: 1px solid var(--rs-line); overflow: hidden; }
.rotoscope-track > div { height: 100%; width: 0; background: var(--rs-accent); }
.rotoscope-figure { position: relative; border: 0 solid var(--rs-line);  margin: 4px 0; overflow: hidden; }
.rotoscope-slice { position: absolute; overflow: hidden; }
.rotoscope-slice > canvas { position: absolute; max-width: none; image-rendering: pixelated; }
.rotoscope-slice-label { position: absolute; font-size: 11px; color: var(--rs-muted); white-space: nowrap; }
.rotoscope-figure .points { filter: drop-shadow(0 0 0.7px #000) drop-shadow(0 0 0.7px #000); }
.rotoscope-slider { display: grid; grid-template-columns: auto minmax(60px, 1fr) auto; align-items: center; gap: 8px; flex: 1 1 0; min-width: 0; }
.rotoscope-slider input { width: 100%; min-width: 0; margin: 0; height: 20px; accent-color: var(--rs-accent); }
.rotoscope-value { min-width: 3ch; text-align: right; white-space: nowrap; }
.rotoscope-slices { flex-wrap: nowrap; gap: 18px; }
.rotoscope-readout { min-height: 18px; white-space: pre-wrap; margin-top: 2px; }
.rotoscope-status { color: var(--rs-warning); }
.rotoscope-notes { margin: 2px 0 0; padding: 0; list-style: none; color: var(--rs-muted); }
`;
