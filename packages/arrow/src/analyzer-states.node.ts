import { randomBytes } from "node:crypto";
import { basename, dirname, join } from "node:path";
import { RotoscopeError } from "@rotoscope/core";
import { Field, Int32, makeData } from "apache-arrow";
import { checkColumns, checkedColumns } from "./checked-columns.js";
import { withFile } from "./file-source.node.js";
import { type IpcColumn, openIpcFile } from "./ipc-file.js";
import { type BatchToWrite, writeIpcFile } from "./ipc-writer.node.js";
import { JsonFields } from "./json-fields.js";
import { FORMAT_VERSION } from "./result-layout.js";
import { decodeSchemaMetadata, encodeSchemaMetadata } from "./schema-metadata.js";
import type { AnalyzerStates } from "./search-state.js";

/** Arrays with no more elements are written into the JSON. */
const SHORT = 32;
const COLUMNS: readonly IpcColumn[] = [{ name: "word", type: "int32" }];
const ARRAYS = { Float32Array, Float64Array, Int32Array, Uint8Array, BigInt64Array } as const;
type Kind = keyof typeof ARRAYS;

/** Writes what the analyzers of a search have found to a file of its own beside its state, and returns the file's name. */
export async function writeAnalyzerStates(statePath: string, states: AnalyzerStates): Promise<string> {
  const path = `${statePath.replace(/\.arrow$/, "")}.${randomBytes(4).toString("hex")}.analyzers.arrow`;
  const arrays: ArrayBufferView[] = [];
  const json = {
    ...{ format: "rotoscope", version: FORMAT_VERSION, kind: "analyzers" },
    ...{
      next: states.next,
      identities: states.identities,
      states: states.states.map((state) => encode(state, arrays)),
    },
  };
  const batches = arrays.map((array, position): BatchToWrite => {
    const bytes = new Uint8Array(4 * Math.ceil(array.byteLength / 4));
    bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
    const words = new Int32Array(bytes.buffer);
    return { columns: [makeData({ type: new Int32(), data: words })], bytes: [bytes], key: "array", position };
  });
  await writeIpcFile(path, [new Field("word", new Int32(), false)], encodeSchemaMetadata(json), batches);
  return basename(path);
}

/** Reads what `writeAnalyzerStates` wrote. Throws a `RotoscopeError` (`file`) when it is missing or damaged. */
export function readAnalyzerStates(statePath: string, file: string): Promise<AnalyzerStates> {
  return withFile(join(dirname(statePath), file), async (source) => {
    const { name } = source;
    const opened = await openIpcFile(source);
    const { json } = decodeSchemaMetadata(opened.metadata, "analyzers", name);
    checkColumns(opened.columns, COLUMNS, name);
    const fields = new JsonFields(json, name);
    const arrays: ArrayBuffer[] = [];
    for (let index = 0; index < opened.batchCount; index++)
      arrays.push(
        checkedColumns(await opened.readBatch(index), "array", index, `${name}: batch ${index}`)[0]!
          .buffer as ArrayBuffer,
      );
    const identities = fields.list("identities");
    const states = fields.list("states");
    if (states.length !== identities.length) fields.fail("identities");
    return {
      next: fields.integer("next", 0),
      identities: identities.map(String),
      states: states.map((state) => decode(state, arrays, name)),
    };
  });
}

/** JSON of plain data; what it has no words for becomes an object with one key that begins with $. */
function encode(value: unknown, arrays: ArrayBufferView[]): unknown {
  if (typeof value === "number")
    return Number.isFinite(value) && !Object.is(value, -0)
      ? value
      : { $number: Object.is(value, -0) ? "-0" : String(value) };
  if (ArrayBuffer.isView(value)) {
    const kind = (Object.keys(ARRAYS) as Kind[]).find((known) => value instanceof ARRAYS[known]);
    if (!kind) throw new RotoscopeError("unsupported", "the state of an analyzer holds an array of unknown type");
    const array = value as Float32Array;
    if (kind !== "BigInt64Array" && array.length <= SHORT)
      return { $array: { kind, values: Array.from(array, (element) => encode(element, arrays)) } };
    return { $array: { kind, length: array.length, index: arrays.push(array) - 1 } };
  }
  if (Array.isArray(value)) return value.map((element) => encode(element, arrays));
  if (value instanceof Map)
    return { $map: [...value].map(([key, held]) => [encode(key, arrays), encode(held, arrays)]) };
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, held]) => [key, encode(held, arrays)]));
}

interface Encoded {
  readonly $number?: string;
  readonly $map?: readonly (readonly [unknown, unknown])[];
  readonly $array?: {
    readonly kind: Kind;
    readonly values?: readonly unknown[];
    readonly length: number;
    readonly index: number;
  };
}

function decode(value: unknown, arrays: readonly ArrayBuffer[], name: string): unknown {
  if (Array.isArray(value)) return value.map((element) => decode(element, arrays, name));
  if (typeof value !== "object" || value === null) return value;
  const { $number, $map, $array } = value as Encoded;
  if ($number !== undefined) return Number($number);
  if ($map) return new Map($map.map(([key, held]) => [decode(key, arrays, name), decode(held, arrays, name)]));
  if (!$array) return Object.fromEntries(Object.entries(value).map(([key, held]) => [key, decode(held, arrays, name)]));
  const { kind, values, length, index } = $array;
  const make = ARRAYS[kind] as Float32ArrayConstructor | undefined;
  if (make && values) return make.from(values as number[], (element) => decode(element, arrays, name) as number);
  const bytes = arrays[index];
  if (!make || !bytes || make.BYTES_PER_ELEMENT * length > bytes.byteLength)
    throw new RotoscopeError("file", `${name}: array ${index} of ${length} ${kind} isn't there`);
  return new make(bytes, 0, length);
}
