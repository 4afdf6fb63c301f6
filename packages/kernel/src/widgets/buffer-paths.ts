/** Where in a widget's state a buffer belongs. */
export type BufferPath = readonly (string | number)[];

/** A state with its binary values taken out, as the widget protocol sends it. */
export interface SplitState {
  readonly state: Record<string, unknown>;
  readonly bufferPaths: BufferPath[];
  readonly buffers: ArrayBufferView[];
}

/** Takes the binary values out of a state: a property disappears, an array's element becomes null. */
export function splitBuffers(state: object): SplitState {
  const bufferPaths: BufferPath[] = [];
  const buffers: ArrayBufferView[] = [];
  const walk = (value: unknown, path: BufferPath): unknown => {
    if (ArrayBuffer.isView(value)) {
      bufferPaths.push(path);
      buffers.push(value);
      return undefined;
    }
    if (Array.isArray(value)) return value.map((item, index) => walk(item, [...path, index]) ?? null);
    if (typeof value !== "object" || value === null || isToJson(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, walk(item, [...path, key])]));
  };
  return { state: walk(state, []) as Record<string, unknown>, bufferPaths, buffers };
}

/** Puts received buffers where they belong. Throws on a path that the state does not have. */
export function joinBuffers(
  state: Readonly<Record<string, unknown>>,
  bufferPaths: readonly BufferPath[],
  buffers: readonly Uint8Array[],
): Record<string, unknown> {
  const joined = structuredClone(state) as Record<string, unknown>;
  for (const [index, path] of bufferPaths.entries()) {
    let parent: unknown = joined;
    for (const key of path.slice(0, -1)) parent = own(parent, key);
    const last = path.at(-1);
    if (typeof parent !== "object" || parent === null || last === undefined || last === "__proto__") {
      throw new Error(`buffer path ${JSON.stringify(path)} is not in the widget's state`);
    }
    (parent as Record<string | number, unknown>)[last] = buffers[index];
  }
  return joined;
}

function own(parent: unknown, key: string | number): unknown {
  if (typeof parent !== "object" || parent === null || !Object.hasOwn(parent, key)) return undefined;
  return (parent as Record<string | number, unknown>)[key];
}

function isToJson(value: object): boolean {
  return typeof (value as { toJSON?: unknown }).toJSON === "function";
}
