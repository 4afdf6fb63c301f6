import { createRequire, Module } from "node:module";

/** A message that tslab's own display functions want published. */
export interface TslabDisplayData {
  readonly data: Readonly<Record<string, unknown>>;
  readonly metadata: object;
  readonly transient: { readonly display_id?: string };
}

/** Publishes what tslab's display functions show; `update` says that it replaces an earlier output. */
export type TslabDisplayHandler = (message: TslabDisplayData, update: boolean) => void;

/**
 * What `import * as tslab from "tslab"` gives to cells. Of the compiler, which tslab loads with it and which is in a
 * thread of its own here, it gets the version alone.
 */
export function requireTslab(onDisplay: TslabDisplayHandler): unknown {
  const require = createRequire(import.meta.url);
  const { version } = require("typescript/package.json") as { version: string };
  replaceTypeScriptOfTslab(() => ({ version, sys: {} }));
  const jupyter = require("tslab/dist/jupyter.js") as { lastWriteDisplayData: unknown };
  jupyter.lastWriteDisplayData = onDisplay;
  return require("tslab");
}

/** Puts something in the place of the TypeScript 5.0 that tslab brings, unless this was done. */
export function replaceTypeScriptOfTslab(replacement: () => object): void {
  const require = createRequire(import.meta.url);
  const path = createRequire(require.resolve("tslab")).resolve("@tslab/typescript-for-tslab");
  if (require.cache[path] !== undefined) return;
  const module = new Module(path);
  module.filename = path;
  module.loaded = true;
  module.exports = replacement();
  require.cache[path] = module;
}
