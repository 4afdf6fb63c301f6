import type { FileHandle } from "node:fs/promises";

/** Writes under way at a time: one fills the system's memory while the next is prepared. */
const UNDER_WAY = 2;
/** After as many bytes the disk starts to take them, so that the last sync finds little left. */
const SYNC_EVERY = 2 ** 26;

/**
 * Writes pieces to a file while the caller goes on. What is handed in must stay as it is until `finish`.
 * A piece that can't be written fails the next `write`, or `finish`.
 */
export class WriteBehind {
  readonly #file: FileHandle;
  readonly #writes = new Set<Promise<void>>();
  #sync: Promise<void> | null = null;
  #unsynced = 0;
  #failure: { readonly cause: unknown } | null = null;

  constructor(file: FileHandle) {
    this.#file = file;
  }

  /** Starts to write `values` at a position; resolves when the next may be handed in. */
  async write(values: ArrayBufferView, position: number): Promise<void> {
    while (this.#writes.size >= UNDER_WAY) await Promise.race(this.#writes);
    this.#check();
    const write = writeAll(this.#file, values, position)
      .then(() => this.#written(values.byteLength))
      .catch((cause: unknown) => {
        this.#failure ??= { cause };
      })
      .finally(() => this.#writes.delete(write));
    this.#writes.add(write);
  }

  /** Waits for everything under way. To be called before the file is closed, also after a failure. */
  async finish(): Promise<void> {
    await Promise.all(this.#writes);
    await this.#sync;
    this.#check();
  }

  #written(bytes: number): void {
    this.#unsynced += bytes;
    if (this.#unsynced < SYNC_EVERY || this.#sync !== null) return;
    this.#unsynced = 0;
    this.#sync = this.#file
      .datasync()
      .catch((cause: unknown) => {
        this.#failure ??= { cause };
      })
      .finally(() => {
        this.#sync = null;
      });
  }

  #check(): void {
    if (this.#failure !== null) throw this.#failure.cause;
  }
}

async function writeAll(file: FileHandle, values: ArrayBufferView, position: number): Promise<void> {
  const { buffer, byteOffset, byteLength } = values;
  const bytes = new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
  for (let done = 0; done < byteLength; )
    done += (await file.write(bytes, done, byteLength - done, position + done)).bytesWritten;
}
