import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * Does `work` unless `stamp` holds the digest of what it depends on and all `outputs` exist. The stamp is written last,
 * by rename, so that interrupted work is done again. Returns whether the work was done.
 */
export async function onceFor({ stamp, digest, outputs = [] }, work) {
  const known = existsSync(stamp) && readFileSync(stamp, "utf8") === digest;
  if (known && outputs.every((path) => existsSync(path))) return false;
  rmSync(stamp, { force: true });
  await work();
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(`${stamp}.part`, digest);
  renameSync(`${stamp}.part`, stamp);
  return true;
}

/** The SHA-256 of texts and of files (as `{ file }`), in their order, as hexadecimal digits. */
export function digestOf(...parts) {
  const hash = createHash("sha256");
  for (const part of parts) {
    const bytes = typeof part === "string" ? Buffer.from(part) : readFileSync(part.file);
    hash.update(`${bytes.length}\n`).update(bytes);
  }
  return hash.digest("hex");
}

/** The files under a folder whose path `keep` accepts, sorted; none where there is no such folder. */
export function filesUnder(folder, keep = () => true) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .filter(keep)
    .sort();
}
