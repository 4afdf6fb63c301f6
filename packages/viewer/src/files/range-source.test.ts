import { expect, test } from "vitest";
import { type FetchRange, openRange, WHOLE_FILE_BYTES } from "./range-source.js";

const bytes = Uint8Array.from({ length: 5000 }, (_, i) => i % 251);
const { signal } = new AbortController();

/** A server that answers Range requests, and what it was asked for. */
function rangeServer(content: Uint8Array): { fetchRange: FetchRange; asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    async fetchRange(range) {
      asked.push(range);
      const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(range)!.map(Number) as [number, number, number];
      const end = Math.min(to + 1, content.length);
      const headers = { "Content-Range": `bytes ${from}-${end - 1}/${content.length}` };
      return new Response(content.slice(from, end), { status: 206, headers });
    },
  };
}

test("a file is opened by one request for its start, and each read is one more", async () => {
  const { fetchRange, asked } = rangeServer(bytes);
  const source = await openRange("a.mrc", fetchRange, signal);
  expect(source.size).toBe(5000);
  expect(await source.read(208, 4)).toEqual(bytes.slice(208, 212));
  expect(await source.read(2000, 1000)).toEqual(bytes.slice(2000, 3000));
  expect(asked).toEqual(["bytes=0-1023", "bytes=2000-2999"]);
  await source.holdWhole();
  expect(await source.read(4000, 1000)).toEqual(bytes.slice(4000));
  expect(asked).toHaveLength(3);
});

test("a server that ignores Range sends a small file whole, once", async () => {
  let requests = 0;
  const serve: FetchRange = async () => {
    requests++;
    return new Response(bytes);
  };
  const source = await openRange("a.mrc", serve, signal);
  expect(source.size).toBe(5000);
  expect(await source.read(2000, 1000)).toEqual(bytes.slice(2000, 3000));
  expect(requests).toBe(1);
});

test.each([
  ["says how long it is", { "Content-Length": String(WHOLE_FILE_BYTES + 1) }],
  ["doesn't", {}],
])("a large file that comes whole is aborted, when the server %s", async (_when, headers) => {
  let sent = 0;
  let cancelled = false;
  const body = new ReadableStream({
    pull(controller) {
      sent += 1 << 20;
      controller.enqueue(new Uint8Array(1 << 20));
    },
    cancel() {
      cancelled = true;
    },
  });
  const opening = openRange("a.mrc", async () => new Response(body, { headers }), signal);
  await expect(opening).rejects.toThrow("a.mrc: this server sends files only whole, and this one has over 64 MB.");
  expect(cancelled).toBe(true);
  expect(sent).toBeLessThan(WHOLE_FILE_BYTES + (3 << 20));
});

test.each([
  [404, "it isn't there any more"],
  [403, "the server refuses it (status 403)"],
  [416, "the file is empty"],
  [500, "the server answered with status 500"],
])("status %i is told: %s", async (status, message) => {
  await expect(openRange("a.mrc", async () => new Response("", { status }), signal)).rejects.toThrow(
    `a.mrc: ${message}`,
  );
});

test("a file that changes its size while it is open is told, and so is a reply that is cut short", async () => {
  const content = { now: bytes };
  const source = await openRange("a.mrc", (range, s) => rangeServer(content.now).fetchRange(range, s), signal);
  content.now = bytes.slice(0, 4000);
  await expect(source.read(2000, 1000)).rejects.toThrow("a.mrc has changed: 4000 bytes, it had 5000");
  const short = await openRange(
    "b.mrc",
    async () => new Response(bytes.slice(0, 10), { status: 206, headers: { "Content-Range": "bytes 0-1023/5000" } }),
    signal,
  ).catch((error: Error) => error.message);
  expect(short).toBe("b.mrc: the server sent 10 bytes from 0 on, 1024 were asked for.");
});
