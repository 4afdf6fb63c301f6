/** Gets `range` ("bytes=0-1023") of a file; rejects when the server can't be reached. */
export type FetchRange = (range: string, signal: AbortSignal) => Promise<Response>;

/** A file on a server, read by Range requests. */
export interface RangeSource {
  readonly name: string;
  readonly size: number;
  /** Exactly these bytes, by one request; rejects when the file has changed its size meanwhile or is gone. */
  read(offset: number, length: number): Promise<Uint8Array>;
  /** Reads all of it now, so that later reads need no request. */
  holdWhole(): Promise<void>;
}

/** Servers that ignore Range send a file whole: up to this size that is taken. */
export const WHOLE_FILE_BYTES: number = 64 * 2 ** 20;

const FIRST_BYTES = 1024;

/**
 * Opens a file with one request for its first 1024 bytes. A reply other than "206 Partial Content" is aborted, unless it is the whole file and that
 * has at most 64 MB. Rejects with a sentence for the user. `signal` ends all requests.
 */
export async function openRange(name: string, fetchRange: FetchRange, signal: AbortSignal): Promise<RangeSource> {
  let whole: Uint8Array | null = null;
  const first = await get(0, FIRST_BYTES);
  const { size } = first;

  return {
    name,
    size,
    async read(offset, length) {
      if (whole) return whole.slice(offset, offset + length);
      if (offset + length <= first.bytes.length) return first.bytes.slice(offset, offset + length);
      const reply = await get(offset, length);
      if (reply.size === size) return reply.bytes;
      throw new Error(`${name} has changed: ${reply.size} bytes, it had ${size}. Close it and open it again.`);
    },
    async holdWhole() {
      if (!whole) whole = (await get(0, size)).bytes;
    },
  };

  async function get(offset: number, length: number): Promise<{ size: number; bytes: Uint8Array }> {
    const response = await fetchRange(`bytes=${offset}-${offset + length - 1}`, signal);
    if (response.status === 206) {
      const total = Number(/\/(\d+)$/.exec(response.headers.get("Content-Range") ?? "")?.[1] ?? Number.NaN);
      const bytes = new Uint8Array(await response.arrayBuffer());
      if (bytes.length === Math.min(length, total - offset)) return { size: total, bytes };
      throw new Error(`${name}: the server sent ${bytes.length} bytes from ${offset} on, ${length} were asked for.`);
    }
    whole = response.status === 200 ? await readUpTo(WHOLE_FILE_BYTES, response) : null;
    if (whole) return { size: whole.length, bytes: whole.slice(offset, offset + length) };
    if (!response.body?.locked) await response.body?.cancel();
    throw new Error(`${name}: ${reasonOf(response.status)}`);
  }
}

/** The body, or null for one that is longer, of which no more is read. */
async function readUpTo(limit: number, response: Response): Promise<Uint8Array | null> {
  if (Number(response.headers.get("Content-Length") ?? 0) > limit || !response.body) return null;
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = response.body.getReader();
  for (let step = await reader.read(); !step.done; step = await reader.read()) {
    chunks.push(step.value);
    length += step.value.length;
    if (length <= limit) continue;
    await reader.cancel();
    return null;
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

function reasonOf(status: number): string {
  if (status === 200)
    return "this server sends files only whole, and this one has over 64 MB. Open it in a notebook, with readVolume or readArrow.";
  if (status === 404) return "it isn't there any more; it may have been renamed or deleted.";
  if (status === 401 || status === 403)
    return `the server refuses it (status ${status}); you may have to log in again.`;
  if (status === 416) return "the file is empty, or shorter than it was.";
  return `the server answered with status ${status}.`;
}
