import { RotoscopeError } from "@rotoscope/core";
import type { PickleInput } from "./pickle-input.js";
import { construct, globalNamed, instance, kind, type PickleValue, setState } from "./pickle-values.js";

/** More operations than the largest results have; a pickle of more would take minutes. */
const MOST_OPERATIONS = 2 ** 26;
/** Longest text line of protocol 0 that is a number, and longest integer, in bytes. */
const LONGEST_NUMBER = 1024;
const MARK: unique symbol = Symbol("mark");

type Entry = PickleValue | typeof MARK;

/**
 * Reads one Python pickle of protocols 0 to 5 and leaves `input` behind it. It executes nothing: all that a pickle may ask for are plain values, NumPy arrays
 * and an argparse namespace.
 *
 * Throws a `RotoscopeError`: `unsupported` for any other name, such as os.system, `file` for damage; both say where.
 */
export function unpickle(input: PickleInput): Promise<PickleValue> {
  return new Unpickler(input).run();
}

class Unpickler {
  readonly #input: PickleInput;
  readonly #stack: Entry[] = [];
  readonly #marks: number[] = [];
  readonly #memo = new Map<number, PickleValue>();
  #opcode = 0;
  #start = 0;

  constructor(input: PickleInput) {
    this.#input = input;
  }

  async run(): Promise<PickleValue> {
    const input = this.#input;
    for (let operations = 0; ; operations++) {
      if (!input.has(16) && !(await input.load(16)) && !input.has(1)) throw input.ended(1);
      if (operations > MOST_OPERATIONS) this.#fail(`more than ${MOST_OPERATIONS} operations`);
      this.#start = input.position;
      this.#opcode = input.byte();
      if (this.#opcode === 0x2e) return this.#pop();
      if (!this.#quick(this.#opcode)) await this.#long(this.#opcode);
    }
  }

  /** Operations with at most 8 bytes of their own. Returns false for others. */
  #quick(opcode: number): boolean {
    const stack = this.#stack;
    switch (opcode) {
      case 0x80: // PROTO
        if (this.#unsigned(1) > 5) this.#fail("a protocol over 5");
        return true;
      case 0x95: // FRAME
        this.#unsigned(8);
        return true;
      case 0x28: // MARK
        this.#marks.push(stack.length);
        stack.push(MARK);
        return true;
      case 0x30: // POP
        if (stack.at(-1) === MARK) this.#popMark();
        else this.#pop();
        return true;
      case 0x31: // POP_MARK
        this.#popMark();
        return true;
      case 0x32: // DUP
        return this.#push(this.#top());
      case 0x4e: // NONE
        return this.#push(null);
      case 0x88: // NEWTRUE
        return this.#push(true);
      case 0x89: // NEWFALSE
        return this.#push(false);
      case 0x4a: // BININT
        return this.#push(this.#view(4).getInt32(0, true));
      case 0x4b: // BININT1
        return this.#push(this.#unsigned(1));
      case 0x4d: // BININT2
        return this.#push(this.#unsigned(2));
      case 0x47: // BINFLOAT
        return this.#push(this.#view(8).getFloat64(0));
      case 0x29: // EMPTY_TUPLE
      case 0x5d: // EMPTY_LIST
        return this.#push([]);
      case 0x7d: // EMPTY_DICT
        return this.#push(new Map());
      case 0x8f: // EMPTY_SET
        return this.#push(new Set());
      case 0x85: // TUPLE1
      case 0x86: // TUPLE2
      case 0x87: // TUPLE3
        return this.#push(this.#popMany(opcode - 0x84));
      case 0x74: // TUPLE
      case 0x6c: // LIST
        return this.#push(this.#popMark());
      case 0x64: // DICT
        return this.#push(this.#setItems(new Map(), this.#popMark()));
      case 0x91: // FROZENSET
        return this.#push(new Set(this.#popMark()));
      case 0x61: // APPEND
        return this.#append([this.#pop()]);
      case 0x65: // APPENDS
        return this.#append(this.#popMark());
      case 0x90: // ADDITEMS
        return this.#addItems(this.#popMark());
      case 0x73: // SETITEM
        return this.#setTop(this.#popMany(2));
      case 0x75: // SETITEMS
        return this.#setTop(this.#popMark());
      case 0x94: // MEMOIZE
        this.#memo.set(this.#memo.size, this.#top());
        return true;
      case 0x71: // BINPUT
        this.#memo.set(this.#unsigned(1), this.#top());
        return true;
      case 0x72: // LONG_BINPUT
        this.#memo.set(this.#unsigned(4), this.#top());
        return true;
      case 0x68: // BINGET
        return this.#push(this.#remembered(this.#unsigned(1)));
      case 0x6a: // LONG_BINGET
        return this.#push(this.#remembered(this.#unsigned(4)));
      case 0x52: // REDUCE
      case 0x81: {
        // NEWOBJ
        const args = this.#pop();
        const made = this.#pop();
        if (opcode === 0x52 || kind(made).startsWith("pathlib."))
          return this.#push(construct(made, args, this.#because));
        return this.#push(instance(made, this.#because));
      }
      case 0x92: // NEWOBJ_EX
        this.#pop();
        this.#pop();
        return this.#push(instance(this.#pop(), this.#because));
      case 0x6f: // OBJ
        return this.#push(instance(this.#popMark()[0], this.#because));
      case 0x62: {
        // BUILD
        const state = this.#pop();
        setState(this.#top(), state, this.#because);
        return true;
      }
      case 0x93: {
        // STACK_GLOBAL
        const name = this.#pop();
        const module = this.#pop();
        return this.#push(globalNamed(String(module), String(name), this.#input.name, this.#start));
      }
      default:
        return false;
    }
  }

  /** Operations with text or data of any length. */
  async #long(opcode: number): Promise<void> {
    switch (opcode) {
      case 0x43: // SHORT_BINBYTES
      case 0x55: // SHORT_BINSTRING
        return void this.#push(await this.#input.take(this.#unsigned(1)));
      case 0x42: // BINBYTES
      case 0x54: // BINSTRING
        return void this.#push(await this.#input.take(this.#unsigned(4)));
      case 0x8e: // BINBYTES8
      case 0x96: // BYTEARRAY8
        return void this.#push(await this.#input.take(this.#unsigned(8)));
      case 0x8c: // SHORT_BINUNICODE
        return void this.#push(await this.#text(this.#unsigned(1)));
      case 0x58: // BINUNICODE
        return void this.#push(await this.#text(this.#unsigned(4)));
      case 0x8d: // BINUNICODE8
        return void this.#push(await this.#text(this.#unsigned(8)));
      case 0x8a: // LONG1
        return void this.#push(this.#integer(await this.#input.take(this.#unsigned(1))));
      case 0x8b: // LONG4
        return void this.#push(this.#integer(await this.#input.take(this.#short(this.#unsigned(4)))));
      case 0x49: // INT
      case 0x4c: // LONG
        return void this.#push(this.#decimal(await this.#line()));
      case 0x46: // FLOAT
        return void this.#push(Number(await this.#line()));
      case 0x53: // STRING
        return void this.#push(quoted(await this.#line(), this.#because));
      case 0x56: // UNICODE
        return void this.#push(rawUnicode(await this.#line()));
      case 0x67: // GET
        return void this.#push(this.#remembered(Number(await this.#line())));
      case 0x70: // PUT
        return void this.#memo.set(Number(await this.#line()), this.#top());
      case 0x63: // GLOBAL
      case 0x69: {
        // INST
        const [module, name] = [await this.#line(), await this.#line()];
        const global = globalNamed(module, name, this.#input.name, this.#start);
        if (opcode === 0x69) this.#popMark();
        return void this.#push(opcode === 0x63 ? global : instance(global, this.#because));
      }
      default:
        this.#fail("not one that results need");
    }
  }

  readonly #because = (why: string): never => this.#fail(why);

  #fail(why: string): never {
    const name = `0x${this.#opcode.toString(16).padStart(2, "0")}`;
    throw new RotoscopeError(
      "file",
      `${this.#input.name}: operation ${name} at byte ${this.#start} of the pickle: ${why}`,
    );
  }

  #push(value: PickleValue): true {
    this.#stack.push(value);
    return true;
  }

  #top(): PickleValue {
    const value = this.#stack.at(-1);
    return value === undefined || value === MARK ? this.#fail("nothing on the stack") : value;
  }

  #pop(): PickleValue {
    const value = this.#top();
    this.#stack.pop();
    return value;
  }

  #popMany(count: number): PickleValue[] {
    if (this.#stack.length - count < (this.#marks.at(-1) ?? -1) + 1) this.#fail("too little on the stack");
    return this.#stack.splice(-count) as PickleValue[];
  }

  #popMark(): PickleValue[] {
    const mark = this.#marks.pop();
    if (mark === undefined) return this.#fail("no mark");
    const values = this.#stack.splice(mark).slice(1);
    return values as PickleValue[];
  }

  #append(values: readonly PickleValue[]): true {
    const list = this.#top();
    if (!Array.isArray(list)) return this.#fail(`appends to ${kind(list)}`);
    for (const value of values) list.push(value);
    return true;
  }

  #addItems(values: readonly PickleValue[]): true {
    const set = this.#top();
    if (!(set instanceof Set)) return this.#fail(`adds to ${kind(set)}`);
    for (const value of values) set.add(value);
    return true;
  }

  #setTop(pairs: readonly PickleValue[]): true {
    const map = this.#top();
    if (!(map instanceof Map)) return this.#fail(`sets items of ${kind(map)}`);
    this.#setItems(map, pairs);
    return true;
  }

  #setItems(map: Map<PickleValue, PickleValue>, pairs: readonly PickleValue[]): Map<PickleValue, PickleValue> {
    if (pairs.length % 2 !== 0) this.#fail("a key without a value");
    for (let i = 0; i < pairs.length; i += 2) map.set(pairs[i]!, pairs[i + 1]!);
    return map;
  }

  #remembered(index: number): PickleValue {
    const value = this.#memo.get(index);
    return value === undefined ? this.#fail(`nothing was stored as ${index}`) : value;
  }

  #view(length: number): DataView {
    const bytes = this.#input.view(length);
    return new DataView(bytes.buffer, bytes.byteOffset, length);
  }

  #unsigned(width: 1 | 2 | 4 | 8): number {
    const view = this.#view(width);
    if (width === 1) return view.getUint8(0);
    if (width === 2) return view.getUint16(0, true);
    return view.getUint32(0, true) + (width === 8 ? view.getUint32(4, true) * 2 ** 32 : 0);
  }

  async #text(length: number): Promise<string> {
    return new TextDecoder().decode(await this.#input.take(length));
  }

  /** A line of text, as Latin-1. */
  async #line(): Promise<string> {
    const bytes = await this.#input.line();
    let text = "";
    for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
    return text;
  }

  #short(length: number): number {
    return length > LONGEST_NUMBER ? this.#fail(`an integer of ${length} bytes`) : length;
  }

  #integer(bytes: Uint8Array): number | bigint {
    let value = 0n;
    for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i]!);
    return toNumber(BigInt.asIntN(Math.max(8, 8 * bytes.length), value));
  }

  #decimal(line: string): PickleValue {
    if (this.#opcode === 0x49 && (line === "00" || line === "01")) return line === "01";
    const digits = /^\s*([+-]?\d+)L?\s*$/.exec(line.slice(0, this.#short(line.length)))?.[1];
    return digits === undefined ? this.#fail(`"${line.slice(0, 40)}" is no integer`) : toNumber(BigInt(digits));
  }
}

function toNumber(value: bigint): number | bigint {
  return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;
}

/** The bytes of a quoted string of Python 2. */
function quoted(line: string, fail: (why: string) => never): Uint8Array {
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
function rawUnicode(line: string): string {
  return line.replace(/\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})/g, (_, short?: string, long?: string) =>
    String.fromCodePoint(Math.min(Number.parseInt(short ?? long ?? "0", 16), 0x10ffff)),
  );
}
