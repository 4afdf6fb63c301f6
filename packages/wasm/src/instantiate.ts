const modules = new Map<string, WebAssembly.Module>();

/**
 * Instantiates a compiled kernel on `memory` and returns its exports. Compilation happens once per thread and module.
 *
 * `base64` is what build.mjs wrote to dist/NAME-bytes.js.
 */
export function instantiate<Exports>(base64: string, memory: WebAssembly.Memory): Exports {
  let module = modules.get(base64);
  if (module === undefined) {
    module = new WebAssembly.Module(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)));
    modules.set(base64, module);
  }
  return new WebAssembly.Instance(module, { env: { memory } }).exports as Exports;
}
