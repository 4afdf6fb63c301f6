import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { dirname, extname } from "node:path";
import { UsageError } from "../command.js";

/**
 * Looks before the work whether FILE can be written after it. Throws a `UsageError` for another ending than `endings`, and an error that names FILE where its folder
 * can't be written to.
 */
export async function checkOutput(path: string, endings: readonly string[]): Promise<void> {
  const there = await stat(path).catch(() => null);
  if (there?.isDirectory()) throw new UsageError(`${path}: is a folder, expected a file that ends in ${endings[0]}`);
  const ending = extname(path).toLowerCase();
  if (!endings.includes(ending))
    throw new UsageError(
      `${path}: ends in "${ending}", expected ${endings.join(", ").replace(/, ([^,]*)$/, " or $1")}`,
    );
  await access(dirname(path), constants.W_OK).catch((cause: Error) => {
    throw new Error(`${path}: can't be written (${cause.message})`, { cause });
  });
}
