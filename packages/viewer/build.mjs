// Bundles dist/*.js, which the compiler wrote, into the files that a browser loads.
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const shared = {
  absWorkingDir: fileURLToPath(new URL(".", import.meta.url)),
  bundle: true,
  minify: true,
  target: "es2022",
  legalComments: "eof",
  define: { global: "globalThis", "define.amd": "false" },
  loader: { ".css": "empty" },
  logLevel: "warning",
};

await Promise.all([
  build({ ...shared, entryPoints: ["dist/index.js"], format: "esm", outfile: "dist/viewer.js" }),
  build({ ...shared, entryPoints: ["dist/standalone-entry.js"], format: "iife", outfile: "dist/standalone.js" }),
  build({ ...shared, entryPoints: ["dist/anywidget-entry.js"], format: "esm", outfile: "dist/anywidget-loader.js" }),
]);
