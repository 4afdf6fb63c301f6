import { createRequire, Module } from "node:module";
import { dirname, join, resolve } from "node:path";

/** A compiled local file that ran, and who imported it. */
interface LoadedModule {
  readonly module: Module;
  readonly importers: Set<string>;
}

/** What of a module Node does not declare. */
interface CompilableModule extends Module {
  require: NodeJS.Require;
  _compile(code: string, path: string): void;
}

/** The `require` of cells: it finds the local TypeScript that was compiled for them, and tslab with its displays. */
export class LocalModules {
  readonly #codes = new Map<string, string>();
  readonly #loaded = new Map<string, LoadedModule>();
  readonly #requireTslab: () => unknown;

  constructor(requireTslab: () => unknown) {
    this.#requireTslab = requireTslab;
  }

  /** Takes a file that is new or changed: it runs at its next import, and so do those that import it. */
  add(path: string, code: string): void {
    this.#forget(path);
    this.#codes.set(path, code);
  }

  /** `require` as it is in `folder`. Files that import one another in a circle see what is there by then, as in Node. */
  requireFrom(folder: string): NodeJS.Require {
    return this.#wrap(createRequire(join(folder, "cell.js")), folder);
  }

  #wrap(require: NodeJS.Require, folder: string, importer?: string): NodeJS.Require {
    return new Proxy(require, {
      apply: (_target, self: unknown, [name]: [string]) => {
        if (name === "tslab") return this.#requireTslab();
        const path = this.#find(folder, name);
        return path === undefined ? (Reflect.apply(require, self, [name]) as unknown) : this.#load(path, importer);
      },
    });
  }

  /** Only what begins with a dot or is absolute names a file; as with Node, a folder is its index. */
  #find(folder: string, name: string): string | undefined {
    if (!/^(\.{0,2}\/|\.{1,2}$|[a-zA-Z]:)/.test(name)) return undefined;
    const path = resolve(folder, name).replaceAll("\\", "/");
    return [path, `${path}.js`, `${path}/index.js`].find((candidate) => this.#codes.has(candidate));
  }

  #load(path: string, importer: string | undefined): unknown {
    let loaded = this.#loaded.get(path);
    if (loaded === undefined) {
      const module = new Module(path) as CompilableModule;
      const folder = dirname(path);
      module.filename = path;
      module.paths = (Module as unknown as { _nodeModulePaths(from: string): string[] })._nodeModulePaths(folder);
      module.require = this.#wrap(module.require.bind(module) as NodeJS.Require, folder, path);
      loaded = { module, importers: new Set() };
      this.#loaded.set(path, loaded);
      try {
        module._compile(this.#codes.get(path)!, path);
      } catch (error) {
        this.#loaded.delete(path);
        throw error;
      }
      module.loaded = true;
    }
    if (importer !== undefined) loaded.importers.add(importer);
    return loaded.module.exports;
  }

  #forget(path: string): void {
    const loaded = this.#loaded.get(path);
    this.#loaded.delete(path);
    for (const importer of loaded?.importers ?? []) this.#forget(importer);
  }
}
