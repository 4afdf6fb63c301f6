import { expect, it } from "vitest";
import { renderPage } from "./page.js";

it("lets no markup of title, payload or script out of its place", () => {
  const payload = { text: '</script><!-- & \u2028 "' };
  const html = renderPage({ title: "<b>&", payload, script: "const x = '</script>';" });
  expect(html.match(/<\/script/g)).toHaveLength(2);
  expect(html).toContain("<title>&lt;b>&amp;</title>");
  const json = /id="rotoscope-payload">([^<]*)<\/script>/.exec(html)![1]!;
  expect(json).not.toContain("<");
  expect(JSON.parse(json)).toEqual(payload);
});

it("asks nothing of the network", () => {
  expect(renderPage({ title: "", payload: {}, script: "" })).not.toMatch(/https?:/);
});
