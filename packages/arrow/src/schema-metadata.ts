import { RotoscopeError } from "@rotoscope/core";
import { crc32, crcText } from "./crc32.js";
import { FORMAT_VERSION } from "./result-layout.js";

/** Kinds of files in docs/format.md. */
export type FileKind = "result" | "peaks" | "history" | "state" | "improvements" | "analyzers";

/** Keys of the schema's metadata. */
export const METADATA_KEYS = { json: "rotoscope", matrices: "rotoscope.matrices", crc: "rotoscope.crc32" } as const;

/** A file's JSON and, where it has one, the base64 of its matrix table, with the checksum over both. */
export function encodeSchemaMetadata(json: Readonly<Record<string, unknown>>, matrices?: string): Map<string, string> {
  const text = JSON.stringify(json);
  const metadata = new Map<string, string>([[METADATA_KEYS.json, text]]);
  if (matrices !== undefined) metadata.set(METADATA_KEYS.matrices, matrices);
  return metadata.set(METADATA_KEYS.crc, checksum(text, matrices));
}

/**
 * Reads what `encodeSchemaMetadata` wrote, after checking it.
 * Throws a `RotoscopeError`: `file` for damage or another program's file, `unsupported` for another kind or a later version.
 */
export function decodeSchemaMetadata(
  metadata: ReadonlyMap<string, string>,
  kind: FileKind,
  name: string,
): { json: Readonly<Record<string, unknown>>; matrices: string } {
  const text = metadata.get(METADATA_KEYS.json);
  const matrices = metadata.get(METADATA_KEYS.matrices);
  if (text === undefined) throw new RotoscopeError("file", `${name}: an Arrow file, but not one of rotoscope's`);
  const [expected, found] = [metadata.get(METADATA_KEYS.crc), checksum(text, matrices)];
  if (expected !== found)
    throw new RotoscopeError("file", `${name}: the metadata is damaged (CRC ${found}, expected ${expected ?? "one"})`);
  const json = parseObject(text, name);
  if (json.version !== FORMAT_VERSION)
    throw new RotoscopeError(
      "unsupported",
      `${name}: version ${json.version} of the format, this program reads ${FORMAT_VERSION}`,
    );
  if (json.kind !== kind) throw new RotoscopeError("unsupported", `${name}: holds ${json.kind}, expected ${kind}`);
  return { json, matrices: matrices ?? "" };
}

function parseObject(text: string, name: string): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(text));
  } catch (cause) {
    throw new RotoscopeError("file", `${name}: the metadata isn't JSON (${(cause as Error).message})`, { cause });
  }
}

function checksum(text: string, matrices = ""): string {
  const encoder = new TextEncoder();
  return crcText(crc32(encoder.encode(matrices), crc32(encoder.encode(text))));
}
