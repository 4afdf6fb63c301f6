/** Longest text line of protocol 0 that is a number, and longest integer, in bytes. */
export const LONGEST_NUMBER = 1024;

type Fail = (why: string) => never;

/** A little-endian integer in two's complement, as a bigint where a number isn't exact. */
export function integerOfBytes(bytes: Uint8Array): number | bigint {
  let value = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i]!);
  return toNumber(BigInt.asIntN(Math.max(8, 8 * bytes.length), value));
}

/** An integer's digits, as a bigint where a number isn't exact. */
export function integerOfLine(line: string, fail: Fail): number | bigint {
  if (line.length > LONGEST_NUMBER) return fail(`an integer of ${line.length} bytes`);
  const digits = /^\s*([+-]?\d+)L?\s*$/.exec(line)?.[1];
  return digits === undefined ? fail(`"${line.slice(0, 40)}" is no integer`) : toNumber(BigInt(digits));
}

function toNumber(value: bigint): number | bigint {
  return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;
}

/** The bytes of a quoted string of Python 2. */
export function quoted(line: string, fail: Fail): Uint8Array {
  const inner = /^\s*(['"])(.*)\1\s*$/s.exec(line)?.[2];
  if (inner === undefined) return fail("a string without its quotes");
  const escapes: Record<string, string> = { n: "\n", r: "\r", t: "\t", "\\": "\\", "'": "'", '"': '"' };
  const text = inner.replace(/\\(x[0-9a-fA-F]{2}|[0-7]{1,3}|.)/gs, (_, code: string) => {
    if (code[0] === "x") return String.fromCharCode(Number.parseInt(code.slice(1), 16));
    if (/^[0-7]/.test(code)) return String.fromCharCode(Number.parseInt(code, 8) & 255);
    return escapes[code] ?? `\\${code}`;
  });
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

/** Latin-1 with \uXXXX and \UXXXXXXXX, of protocol 0. */
export function rawUnicode(line: string): string {
  return line.replace(/\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})/g, (_, short?: string, long?: string) =>
    String.fromCodePoint(Math.min(Number.parseInt(short ?? long ?? "0", 16), 0x10ffff)),
  );
}
