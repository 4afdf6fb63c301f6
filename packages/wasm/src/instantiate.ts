const modules = new Map<string, WebAssembly.Module>();

/** The module that build.mjs wrote to dist/NAME-bytes.js, compiled once per thread. */
export function compiled(base64: string): WebAssembly.Module {
  let module = modules.get(base64);
  if (module === undefined) {
    const text = atob(base64);
    // A callback for each of the half million bytes would take ten times as long.
    const bytes = new Uint8Array(text.length);
    for (let at = 0; at < bytes.length; at++) bytes[at] = text.charCodeAt(at);
    module = new WebAssembly.Module(bytes);
    modules.set(base64, module);
  }
  return module;
}

/** Instantiates such a module on `memory` and returns its exports. */
export function instantiate<Exports>(base64: string, memory: WebAssembly.Memory): Exports {
  return new WebAssembly.Instance(compiled(base64), { env: { memory } }).exports as Exports;
}
