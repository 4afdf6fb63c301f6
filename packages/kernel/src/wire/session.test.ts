import { expect, test } from "vitest";
import type { OutgoingMessage } from "./message.js";
import { Session } from "./session.js";

const message: OutgoingMessage = {
  type: "comm_msg",
  content: { a: "é" },
  metadata: { m: 1 },
  buffers: [new Uint8Array([1, 2, 3]).subarray(1), new Float32Array([1])],
};
const encode = (session: Session): Buffer[] =>
  session.encode(message, [Buffer.from("id")]).map((frame) => Buffer.from(frame));

test("a message comes back as it was sent, its buffers copied", () => {
  const session = new Session("key");
  const decoded = session.decode(encode(session));
  expect(decoded).toMatchObject({ content: { a: "é" }, metadata: { m: 1 }, header: { msg_type: "comm_msg" } });
  expect(decoded?.identities.map(String)).toEqual(["id"]);
  expect(decoded?.buffers).toEqual([new Uint8Array([2, 3]), new Uint8Array([0, 0, 128, 63])]);
});

test("a message with another key's signature or a changed part is dropped and counted", () => {
  const session = new Session("key");
  expect(session.decode(encode(new Session("other")))).toBeUndefined();
  const frames = encode(session);
  frames[6] = Buffer.from('{"a":"f"}');
  expect(session.decode(frames)).toBeUndefined();
  expect(session.droppedMessages).toBe(2);
});

test("buffers are outside of the signature, as the protocol says", () => {
  const session = new Session("key");
  const frames = encode(session);
  frames[7] = Buffer.from("changed");
  expect(session.decode(frames)?.buffers[0]).toEqual(new Uint8Array(Buffer.from("changed")));
});

test("an empty key means messages without signature", () => {
  const session = new Session("");
  expect(String(encode(session)[2])).toBe("");
  expect(session.decode(encode(session))).toBeDefined();
});

test("frames that are no message are dropped", () => {
  const session = new Session("");
  const delimiter = Buffer.from("<IDS|MSG>");
  const empty = Buffer.from("{}");
  const cases = [
    [],
    [delimiter],
    [delimiter, Buffer.alloc(0), empty, empty, empty],
    [delimiter, Buffer.alloc(0), empty, empty, empty, empty],
    [delimiter, Buffer.alloc(0), Buffer.from("{"), empty, empty, empty],
    [delimiter, Buffer.alloc(0), Buffer.from('{"msg_id":"1","msg_type":"x"}'), Buffer.from("[]"), empty, empty],
  ];
  for (const frames of cases) expect(session.decode(frames)).toBeUndefined();
});
