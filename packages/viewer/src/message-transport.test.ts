import type { ViewEvent, ViewRequest } from "@rotoscope/arrow/messages";
import { expect, it } from "vitest";
import { messageTransport } from "./message-transport.js";

function channel() {
  const sent: ViewRequest[] = [];
  let receive: (data: unknown, buffers: readonly (ArrayBuffer | ArrayBufferView)[]) => void = () => {};
  const transport = messageTransport({
    send: (request) => sent.push(request),
    onMessage: (handler) => {
      receive = handler;
    },
  });
  return { sent, transport, receive: (data: unknown, buffers: ArrayBufferView[] = []) => receive(data, buffers) };
}

it("matches replies to requests by sequence, whatever their order, and ignores those of others", async () => {
  const { sent, transport, receive } = channel();
  const first = transport.request({ type: "describe", sequence: 5 });
  const second = transport.request({ type: "stop", sequence: 6 });
  expect(sent.map(({ sequence }) => sequence)).toEqual([5, 6]);
  receive({ type: "stopped", sequence: 99 });
  receive({ type: "stopped", sequence: 6 });
  receive({ type: "failed", sequence: 5, message: "no" });
  expect((await second).reply).toEqual({ type: "stopped", sequence: 6 });
  expect((await first).reply).toEqual({ type: "failed", sequence: 5, message: "no" });
});

it("hands on exactly the bytes of a view into a larger buffer", async () => {
  const { transport, receive } = channel();
  const answer = transport.request({ type: "describe", sequence: 1 });
  receive({ type: "stopped", sequence: 1 }, [new DataView(Uint8Array.of(1, 2, 3, 4, 5).buffer, 1, 3)]);
  expect([...new Uint8Array((await answer).buffers[0]!)]).toEqual([2, 3, 4]);
});

it("tells events until the subscription ends, and leaves other messages alone", () => {
  const { transport, receive } = channel();
  const events: ViewEvent[] = [];
  const stop = transport.onEvent((event) => events.push(event));
  receive({ type: "changed" });
  receive({ type: "viewer-source" });
  stop();
  receive({ type: "changed" });
  expect(events).toEqual([{ type: "changed" }]);
});

it("rejects what waits and what comes when it is closed", async () => {
  const { transport } = channel();
  const waiting = transport.request({ type: "describe", sequence: 1 });
  transport.close("The kernel has ended.");
  await expect(waiting).rejects.toThrow("The kernel has ended.");
  await expect(transport.request({ type: "describe", sequence: 2 })).rejects.toThrow("The kernel has ended.");
});
