import type { SourceLocator } from "./source-locator.js";

/** The kernel's own part of a stack, and Node's. */
const OWN_FRAME = /node:|\/tslab\/dist\/|\/kernel\/dist\/|\/vm\.js/;

/**
 * Makes the stacks of all errors tell positions in the TypeScript that the user wrote, and leave out the kernel's own
 * frames. A cell's script is called `cell-N.ts`.
 */
export function mapStackPositions(locate: SourceLocator): void {
  Error.prepareStackTrace = (error, sites) => {
    const frames = sites.map((site) => formatFrame(site, locate)).filter((frame) => frame !== undefined);
    return [describe(error), ...frames.map((frame) => `    at ${frame}`)].join("\n");
  };
}

function formatFrame(site: NodeJS.CallSite, locate: SourceLocator): string | undefined {
  const script = site.getScriptNameOrSourceURL();
  const line = site.getLineNumber();
  const column = site.getColumnNumber();
  // What a cell calls by name is called on the object that holds the names of all cells.
  const text = String(site).replace(/^Object\./, "");
  if (script === null || OWN_FRAME.test(script)) return undefined;
  if (line === null || column === null) return text;
  const located = locate(script, { line, column });
  if (located === undefined) return isCellScript(script) ? undefined : text;
  return text.replace(`${script}:${line}:${column}`, `${located.script}:${located.line}:${located.column}`);
}

/** Whether a script is a cell. */
export function isCellScript(script: string): boolean {
  return /^cell-\d+\.ts$/.test(script);
}

function describe(error: Error): string {
  try {
    return Error.prototype.toString.call(error);
  } catch {
    return "Error";
  }
}
