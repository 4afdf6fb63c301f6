import { RotoscopeError } from "@rotoscope/core";
import type { PickleInput } from "./pickle-input.js";
import { PickleStack } from "./pickle-stack.js";
import { integerOfBytes, integerOfLine, LONGEST_NUMBER, quoted, rawUnicode } from "./pickle-text.js";
import { construct, globalNamed, instance, kind, type PickleValue, setState } from "./pickle-values.js";

/** More operations than the largest results have; a pickle of more would take minutes. */
const MOST_OPERATIONS = 2 ** 26;
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
  readonly #stack = new PickleStack((why) => this.#fail(why));
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
      if (this.#opcode === 0x2e) return this.#stack.pop();
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
        return stack.mark();
      case 0x30: // POP
        return stack.drop();
      case 0x31: // POP_MARK
        stack.popMark();
        return true;
      case 0x32: // DUP
        return stack.push(stack.top());
      case 0x4e: // NONE
        return stack.push(null);
      case 0x88: // NEWTRUE
        return stack.push(true);
      case 0x89: // NEWFALSE
        return stack.push(false);
      case 0x4a: // BININT
        return stack.push(this.#view(4).getInt32(0, true));
      case 0x4b: // BININT1
        return stack.push(this.#unsigned(1));
      case 0x4d: // BININT2
        return stack.push(this.#unsigned(2));
      case 0x47: // BINFLOAT
        return stack.push(this.#view(8).getFloat64(0));
      case 0x29: // EMPTY_TUPLE
      case 0x5d: // EMPTY_LIST
        return stack.push([]);
      case 0x7d: // EMPTY_DICT
        return stack.push(new Map());
      case 0x8f: // EMPTY_SET
        return stack.push(new Set());
      case 0x85: // TUPLE1
      case 0x86: // TUPLE2
      case 0x87: // TUPLE3
        return stack.push(stack.popMany(opcode - 0x84));
      case 0x74: // TUPLE
      case 0x6c: // LIST
        return stack.push(stack.popMark());
      case 0x64: // DICT
        return stack.push(this.#setItems(new Map(), stack.popMark()));
      case 0x91: // FROZENSET
        return stack.push(new Set(stack.popMark()));
      case 0x61: // APPEND
        return this.#append([stack.pop()]);
      case 0x65: // APPENDS
        return this.#append(stack.popMark());
      case 0x90: // ADDITEMS
        return this.#addItems(stack.popMark());
      case 0x73: // SETITEM
        return this.#setTop(stack.popMany(2));
      case 0x75: // SETITEMS
        return this.#setTop(stack.popMark());
      case 0x94: // MEMOIZE
        this.#memo.set(this.#memo.size, stack.top());
        return true;
      case 0x71: // BINPUT
        this.#memo.set(this.#unsigned(1), stack.top());
        return true;
      case 0x72: // LONG_BINPUT
        this.#memo.set(this.#unsigned(4), stack.top());
        return true;
      case 0x68: // BINGET
        return stack.push(this.#remembered(this.#unsigned(1)));
      case 0x6a: // LONG_BINGET
        return stack.push(this.#remembered(this.#unsigned(4)));
      case 0x52: // REDUCE
      case 0x81: {
        // NEWOBJ
        const args = stack.pop();
        const made = stack.pop();
        if (opcode === 0x52 || kind(made).startsWith("pathlib."))
          return stack.push(construct(made, args, this.#because));
        return stack.push(instance(made, this.#because));
      }
      case 0x92: // NEWOBJ_EX
        stack.pop();
        stack.pop();
        return stack.push(instance(stack.pop(), this.#because));
      case 0x6f: // OBJ
        return stack.push(instance(stack.popMark()[0], this.#because));
      case 0x62: {
        // BUILD
        const state = stack.pop();
        setState(stack.top(), state, this.#because);
        return true;
      }
      case 0x93: {
        // STACK_GLOBAL
        const name = stack.pop();
        const module = stack.pop();
        return stack.push(globalNamed(String(module), String(name), this.#input.name, this.#start));
      }
      default:
        return false;
    }
  }

  /** Operations with text or data of any length. */
  async #long(opcode: number): Promise<void> {
    const stack = this.#stack;
    switch (opcode) {
      case 0x43: // SHORT_BINBYTES
      case 0x55: // SHORT_BINSTRING
        return void stack.push(await this.#input.takeOrLeave(this.#unsigned(1)));
      case 0x42: // BINBYTES
      case 0x54: // BINSTRING
        return void stack.push(await this.#input.takeOrLeave(this.#unsigned(4)));
      case 0x8e: // BINBYTES8
      case 0x96: // BYTEARRAY8
        return void stack.push(await this.#input.takeOrLeave(this.#unsigned(8)));
      case 0x8c: // SHORT_BINUNICODE
        return void stack.push(await this.#text(this.#unsigned(1)));
      case 0x58: // BINUNICODE
        return void stack.push(await this.#text(this.#unsigned(4)));
      case 0x8d: // BINUNICODE8
        return void stack.push(await this.#text(this.#unsigned(8)));
      case 0x8a: // LONG1
        return void stack.push(integerOfBytes(await this.#input.take(this.#unsigned(1))));
      case 0x8b: // LONG4
        return void stack.push(integerOfBytes(await this.#input.take(this.#short(this.#unsigned(4)))));
      case 0x49: // INT
        return void stack.push(truthOrInteger(await this.#line(), this.#because));
      case 0x4c: // LONG
        return void stack.push(integerOfLine(await this.#line(), this.#because));
      case 0x46: // FLOAT
        return void stack.push(Number(await this.#line()));
      case 0x53: // STRING
        return void stack.push(quoted(await this.#line(), this.#because));
      case 0x56: // UNICODE
        return void stack.push(rawUnicode(await this.#line()));
      case 0x67: // GET
        return void stack.push(this.#remembered(Number(await this.#line())));
      case 0x70: // PUT
        return void this.#memo.set(Number(await this.#line()), stack.top());
      case 0x63: // GLOBAL
      case 0x69: {
        // INST
        const [module, name] = [await this.#line(), await this.#line()];
        const global = globalNamed(module, name, this.#input.name, this.#start);
        if (opcode === 0x69) stack.popMark();
        return void stack.push(opcode === 0x63 ? global : instance(global, this.#because));
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

  #append(values: readonly PickleValue[]): true {
    const list = this.#stack.top();
    if (!Array.isArray(list)) return this.#fail(`appends to ${kind(list)}`);
    for (const value of values) list.push(value);
    return true;
  }

  #addItems(values: readonly PickleValue[]): true {
    const set = this.#stack.top();
    if (!(set instanceof Set)) return this.#fail(`adds to ${kind(set)}`);
    for (const value of values) set.add(value);
    return true;
  }

  #setTop(pairs: readonly PickleValue[]): true {
    const map = this.#stack.top();
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
}

/** Protocol 0 writes True and False as integers of two digits. */
function truthOrInteger(line: string, fail: (why: string) => never): PickleValue {
  return line === "00" || line === "01" ? line === "01" : integerOfLine(line, fail);
}
