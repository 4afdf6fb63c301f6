import { Session } from "node:inspector/promises";

/**
 * Collects garbage and returns to the system what V8 holds in reserve, some 30 MB after the compiler's start. Of what
 * Node offers only the inspector's command does that; no debugger and no port is opened. It takes some 0.2 s.
 */
export async function giveBackMemory(): Promise<void> {
  const session = new Session();
  session.connect();
  try {
    await session.post("HeapProfiler.collectGarbage");
  } finally {
    session.disconnect();
  }
}
