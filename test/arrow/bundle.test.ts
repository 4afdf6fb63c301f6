import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { expect, test } from "vitest";

test.each([
  ["messages", `import { VIEW_MIME_TYPE } from "@rotoscope/arrow/messages"; console.log(VIEW_MIME_TYPE);`, 500],
  ["reader", `import { openResult } from "@rotoscope/arrow/reader"; console.log(openResult);`, 16_000],
])("@rotoscope/arrow/%s bundles for a browser without apache-arrow", async (_, contents, most) => {
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir: fileURLToPath(new URL("../..", import.meta.url)) },
    bundle: true,
    minify: true,
    platform: "browser",
    format: "esm",
    write: false,
    metafile: true,
  });
  expect(Object.keys(metafile.inputs).filter((input) => input.includes("apache-arrow"))).toEqual([]);
  expect(outputFiles[0]!.contents.length).toBeLessThan(most);
});
