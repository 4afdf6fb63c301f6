import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { createCellCompiler } from "./cell-compiler.js";
import { ownNodeTypes } from "./compiler-options.js";
import { FILES_ON_DEMAND } from "./node-types.js";
import { loadTslab } from "./tslab.js";

test("the files on demand are those of @types/node, with the modules that they declare", () => {
  const index = readFileSync(`${ownNodeTypes()}/index.d.ts`, "utf8");
  for (const [file, modules] of Object.entries(FILES_ON_DEMAND)) {
    expect(index).toContain(`<reference path="${file}" />`);
    const text = readFileSync(`${ownNodeTypes()}/${file}`, "utf8");
    const declared = [...text.matchAll(/^declare module ["'](?:node:)?([^"']+)["']/gm)].map(([, name]) => name);
    expect(new Set(declared), file).toEqual(new Set(modules));
  }
});

test("a cell that imports nothing reads none of them, and each has its types when a cell imports it", () => {
  const tslab = loadTslab();
  const read = new Set<string>();
  const { readFile } = tslab.ts.sys;
  tslab.ts.sys.readFile = (path, encoding) => {
    read.add(path);
    return readFile(path, encoding);
  };
  const compiler = createCellCompiler(tslab);
  const onDemand = Object.keys(FILES_ON_DEMAND).map((file) => `${ownNodeTypes()}/${file}`);
  compiler.compile("", "process.stdout.write(Buffer.from('x'))");
  expect(onDemand.filter((path) => read.has(path))).toEqual([]);
  const names = Object.values(FILES_ON_DEMAND).flat();
  const imports = names.map((name, index) => `import * as m${index} from "node:${name}";`);
  expect(compiler.compile("", imports.join("\n"))).not.toHaveProperty("diagnostics");
  const wrong = compiler.compile("", 'import { cpus } from "os"; const n: string = cpus()');
  expect("diagnostics" in wrong && wrong.diagnostics[0]?.messageText).toContain("CpuInfo[]");
  expect(onDemand.filter((path) => !read.has(path))).toEqual([]);
  tslab.ts.sys.readFile = readFile;
});
