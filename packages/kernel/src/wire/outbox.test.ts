import { expect, test } from "vitest";
import { Outbox } from "./outbox.js";

/** A socket that takes `atOnce` messages and is busy then until its promise resolves, as ZeroMQ's are. */
function busySocket(atOnce: number): { sent: string[]; send(frames: Uint8Array[]): Promise<void> } {
  const sent: string[] = [];
  let taken = 0;
  let busy = false;
  return {
    sent,
    send: (frames) => {
      if (busy) throw Object.assign(new Error("busy"), { code: "EBUSY" });
      sent.push(String(frames[0]));
      taken += 1;
      if (taken % atOnce !== 0) return Promise.resolve();
      busy = true;
      return new Promise((resolve) =>
        setImmediate(() => {
          busy = false;
          resolve();
        }),
      );
    },
  };
}

test("messages leave in order though the socket is busy in between", async () => {
  const socket = busySocket(3);
  const outbox = new Outbox(socket);
  const expected = Array.from({ length: 20 }, (_, index) => String(index));
  for (const text of expected) outbox.send([Buffer.from(text)]);
  await outbox.flush();
  expect(socket.sent).toEqual(expected);
});

test("a message leaves at once while the socket takes it", () => {
  const socket = busySocket(3);
  const outbox = new Outbox(socket);
  for (const text of ["a", "b", "c", "d"]) outbox.send([Buffer.from(text)]);
  expect(socket.sent).toEqual(["a", "b", "c"]);
});
