/** Bytes that still lie in a file, to be read while it is open. */
export class StoredBytes {
  readonly length: number;
  readonly #read: (parts: readonly Uint8Array[], at: number) => Promise<void>;

  constructor(length: number, read: (parts: readonly Uint8Array[], at: number) => Promise<void>) {
    this.length = length;
    this.#read = read;
  }

  /** Fills `parts`, one after the other, from byte `at` on. */
  readInto(parts: readonly Uint8Array[], at: number): Promise<void> {
    return this.#read(parts, at);
  }
}
