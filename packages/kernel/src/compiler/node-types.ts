import { dirname } from "node:path";
import type ts from "typescript";

/**
 * The files of `@types/node`, with the modules they declare, that no global needs. They are a third of the compiler's
 * start and of its memory, so they are read when something imports one of them.
 */
export const FILES_ON_DEMAND: Readonly<Record<string, readonly string[]>> = {
  "assert.d.ts": ["assert"],
  "assert/strict.d.ts": ["assert/strict"],
  "cluster.d.ts": ["cluster"],
  "constants.d.ts": ["constants"],
  "diagnostics_channel.d.ts": ["diagnostics_channel"],
  "domain.d.ts": ["domain"],
  "http2.d.ts": ["http2"],
  "https.d.ts": ["https"],
  "inspector.generated.d.ts": ["inspector", "inspector/promises"],
  "os.d.ts": ["os"],
  "path.d.ts": ["path", "path/posix", "path/win32"],
  "punycode.d.ts": ["punycode"],
  "repl.d.ts": ["repl"],
  "sea.d.ts": ["sea"],
  "stream/consumers.d.ts": ["stream/consumers"],
  "string_decoder.d.ts": ["string_decoder"],
  "test.d.ts": ["test", "test/reporters"],
  "trace_events.d.ts": ["trace_events"],
  "v8.d.ts": ["v8"],
  "wasi.d.ts": ["wasi"],
  "zlib.d.ts": ["zlib"],
};

/** Modules that have no name without `node:`. */
const PREFIXED_ONLY = new Set(["sea", "test", "test/reporters"]);

/** The option `paths` that leads to the files on demand of the `@types/node` in `folder`. */
export function nodeTypePaths(folder: string): ts.MapLike<string[]> {
  const entries = Object.entries(FILES_ON_DEMAND).flatMap(([file, modules]) =>
    modules.flatMap((name) => {
      const names = PREFIXED_ONLY.has(name) ? [`node:${name}`] : [name, `node:${name}`];
      return names.map((path): [string, string[]] => [path, [`${folder}/${file}`]]);
    }),
  );
  return Object.fromEntries(entries);
}

/**
 * `system` in which the `@types/node` in `folder` no longer names its files on demand: neither in its index nor in the
 * list of what `process.getBuiltinModule` returns.
 */
export function withNodeTypesOnDemand(system: ts.System, folder: string): ts.System {
  const modules = Object.values(FILES_ON_DEMAND).flat();
  const isOnDemand = (line: string): boolean => {
    const file = /^\/\/\/ <reference path="(.+)" \/>/.exec(line)?.[1];
    const module = /^\s*"(?:node:)?([\w/]+)": typeof import\(/.exec(line)?.[1];
    return (file !== undefined && file in FILES_ON_DEMAND) || (module !== undefined && modules.includes(module));
  };
  const readFile: ts.System["readFile"] = (path, encoding) => {
    const text = system.readFile(path, encoding);
    if (text === undefined || dirname(path) !== folder || !/\/(index|process)\.d\.ts$/.test(path)) return text;
    return text
      .split("\n")
      .map((line) => (isOnDemand(line) ? "" : line))
      .join("\n");
  };
  return Object.assign(Object.create(system) as ts.System, { readFile });
}
