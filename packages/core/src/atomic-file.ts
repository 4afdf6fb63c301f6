import { RotoscopeError } from "./errors.js";

/** The part of `node:fs/promises` that `atomicFile` needs. */
export interface FileStorage<File extends StoredFile> {
  open(path: string, flags: string): Promise<File>;
  rename(from: string, to: string): Promise<void>;
  unlink(path: string): Promise<void>;
}

/** An open file, such as Node's `FileHandle`. */
export interface StoredFile {
  sync(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Writes a file so that `path` has either all of it or what it had before: `write` fills a temporary file in the same folder,
 * which is synced and then renamed, or removed when anything fails.
 *
 * `storage` is `node:fs/promises`, handed in because this package runs in browsers too.
 * Throws a `RotoscopeError` (`file`) that names the path when it can't be written; those that `write` throws are passed on.
 */
export async function atomicFile<File extends StoredFile>(
  storage: FileStorage<File>,
  path: string,
  write: (file: File) => void | Promise<void>,
): Promise<void> {
  const temporary = `${path}.${Math.random().toString(36).slice(2, 10)}.tmp`;
  try {
    const file = await storage.open(temporary, "wx");
    try {
      await write(file);
      await file.sync();
    } finally {
      await file.close();
    }
    await storage.rename(temporary, path);
  } catch (cause) {
    await storage.unlink(temporary).catch(() => {});
    if ((cause as RotoscopeError).name === "RotoscopeError") throw cause;
    throw new RotoscopeError("file", `${path}: can't be written (${(cause as Error).message})`, { cause });
  }
  await syncFolder(storage, path);
}

/** Makes the rename outlive a power cut; Windows and some network folders can't sync a folder, and lose nothing else. */
async function syncFolder<File extends StoredFile>(storage: FileStorage<File>, path: string): Promise<void> {
  const end = Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\"));
  const folder = await storage.open(end < 0 ? "." : path.slice(0, end + 1), "r").catch(() => null);
  if (folder === null) return;
  await folder.sync().catch(() => {});
  await folder.close();
}
