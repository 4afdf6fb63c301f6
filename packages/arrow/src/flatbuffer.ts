import { RotoscopeError } from "@rotoscope/core";

/** Where a vector's elements are. */
export interface FlatVector {
  readonly position: number;
  readonly length: number;
}

/**
 * A flatbuffer from an untrusted file: every access is checked against its end, and the bytes touched in all are limited,
 * so that tables which point at one another can't keep the reader busy. Throws a `RotoscopeError` (`file`).
 */
export class Flatbuffer {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #name: string;
  #budget: number;

  constructor(bytes: Uint8Array, name: string) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#name = name;
    this.#budget = 1024 + 8 * bytes.length;
  }

  root(): FlatTable {
    return new FlatTable(this, this.uint32(0));
  }

  uint8(position: number): number {
    return this.#view.getUint8(this.#claim(position, 1));
  }

  uint16(position: number): number {
    return this.#view.getUint16(this.#claim(position, 2), true);
  }

  int16(position: number): number {
    return this.#view.getInt16(this.#claim(position, 2), true);
  }

  int32(position: number): number {
    return this.#view.getInt32(this.#claim(position, 4), true);
  }

  uint32(position: number): number {
    return this.#view.getUint32(this.#claim(position, 4), true);
  }

  /** A 64-bit count or offset: no negative ones, none past 2^53. */
  size(position: number): number {
    const value = this.#view.getBigInt64(this.#claim(position, 8), true);
    if (value < 0n || value > BigInt(Number.MAX_SAFE_INTEGER)) this.fail(`a size of ${value}`);
    return Number(value);
  }

  text(position: number, length: number): string {
    this.#claim(position, length);
    try {
      return new TextDecoder("utf-8", { fatal: true }).decode(this.#bytes.subarray(position, position + length));
    } catch {
      return this.fail("text that isn't UTF-8");
    }
  }

  /** Checks that a vector's elements all lie inside. */
  vector(position: number, elementSize: number): FlatVector {
    const length = this.uint32(position);
    if (position + 4 + length * elementSize > this.#bytes.length) this.fail(`a vector of ${length} elements`);
    return { position: position + 4, length };
  }

  fail(found: string): never {
    throw new RotoscopeError("file", `${this.#name} is damaged (${found})`);
  }

  #claim(position: number, length: number): number {
    if (position < 0 || position + length > this.#bytes.length) this.fail(`a reference to byte ${position}`);
    this.#budget -= length;
    if (this.#budget < 0) this.fail("it refers to the same bytes over and over");
    return position;
  }
}

/** A table of a flatbuffer; `slot` is a field's number in its schema, from 0 on. */
export class FlatTable {
  readonly #buffer: Flatbuffer;
  readonly #position: number;
  readonly #vtable: number;
  readonly #vtableSize: number;

  constructor(buffer: Flatbuffer, position: number) {
    this.#buffer = buffer;
    this.#position = position;
    this.#vtable = position - buffer.int32(position);
    this.#vtableSize = buffer.uint16(this.#vtable);
  }

  uint8(slot: number): number {
    const at = this.#field(slot);
    return at === null ? 0 : this.#buffer.uint8(at);
  }

  int16(slot: number): number {
    const at = this.#field(slot);
    return at === null ? 0 : this.#buffer.int16(at);
  }

  int32(slot: number): number {
    const at = this.#field(slot);
    return at === null ? 0 : this.#buffer.int32(at);
  }

  size(slot: number): number {
    const at = this.#field(slot);
    return at === null ? 0 : this.#buffer.size(at);
  }

  table(slot: number): FlatTable | null {
    const at = this.#target(slot);
    return at === null ? null : new FlatTable(this.#buffer, at);
  }

  text(slot: number): string | null {
    const at = this.#target(slot);
    return at === null ? null : this.#buffer.text(at + 4, this.#buffer.uint32(at));
  }

  /** Structs, by their size. */
  vector(slot: number, elementSize: number): FlatVector {
    const at = this.#target(slot);
    return at === null ? { position: 0, length: 0 } : this.#buffer.vector(at, elementSize);
  }

  tables(slot: number): FlatTable[] {
    const { position, length } = this.vector(slot, 4);
    return Array.from({ length }, (_, i) => {
      const at = position + 4 * i;
      return new FlatTable(this.#buffer, at + this.#buffer.uint32(at));
    });
  }

  #field(slot: number): number | null {
    const entry = 4 + 2 * slot;
    if (entry + 2 > this.#vtableSize) return null;
    const offset = this.#buffer.uint16(this.#vtable + entry);
    return offset === 0 ? null : this.#position + offset;
  }

  #target(slot: number): number | null {
    const at = this.#field(slot);
    return at === null ? null : at + this.#buffer.uint32(at);
  }
}
