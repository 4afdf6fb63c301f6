/** What goes into a static page. */
export interface Page {
  readonly title: string;
  /** A `ViewPayload`, or anything that JSON can hold. */
  readonly payload: unknown;
  /** The text of `dist/standalone.js`. */
  readonly script: string;
}

/** Renders one HTML file that shows `payload` with no server and no network. The payload is data: it is escaped so that no markup in it takes effect. */
export function renderPage({ title, payload, script }: Page): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeText(title)}</title>
<link rel="icon" href="data:,">
<style>
:root { color-scheme: light dark; }
body { margin: 0; background: light-dark(#fff, #16181d); }
main { max-width: 1216px; margin: 0 auto; padding: 8px; }
</style>
</head>
<body>
<main id="rotoscope"></main>
<script type="application/json" id="rotoscope-payload">${JSON.stringify(payload).replaceAll("<", "\\u003c")}</script>
<script>${script.replaceAll("</script", "<\\/script")}</script>
</body>
</html>
`;
}

function escapeText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
