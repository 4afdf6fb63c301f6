import { createRequire } from "node:module";

/** The content of a `kernel_info_reply`. */
export function kernelInfo(): object {
  const require = createRequire(import.meta.url);
  const { version } = require("../package.json") as { version: string };
  const typescript = require("typescript/package.json") as { version: string };
  return {
    status: "ok",
    protocol_version: "5.3",
    implementation: "rotoscope-kernel",
    implementation_version: version,
    banner: `TypeScript ${typescript.version} on Node ${process.versions.node} (rotoscope kernel ${version})`,
    debugger: false,
    help_links: [{ text: "TypeScript", url: "https://www.typescriptlang.org/docs/" }],
    language_info: {
      name: "typescript",
      version: typescript.version,
      mimetype: "text/typescript",
      file_extension: ".ts",
      pygments_lexer: "typescript",
      codemirror_mode: "typescript",
      nbconvert_exporter: "script",
    },
  };
}
