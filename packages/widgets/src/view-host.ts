import type { ViewReply, ViewRequest } from "@rotoscope/arrow";
import type { View } from "./view.js";

/** How messages leave: a comm or an anywidget. */
export type SendMessage = (message: object, buffers: readonly ArrayBufferView[]) => void;

/** Answers one request of a viewer; what can't be answered becomes a `failed` reply. */
export function answer(view: View, request: ViewRequest, send: SendMessage): void {
  const { sequence } = request;
  const reply = (message: ViewReply, buffers: readonly ArrayBufferView[] = []): void => send(message, buffers);
  try {
    if (request.type === "describe")
      reply({ type: "description", sequence, description: view.describe() }, [view.matrices()]);
    else if (request.type === "frame") {
      const frame = view.frame(request);
      reply(
        frame.reply,
        frame.buffers.map((buffer) => new Uint8Array(buffer)),
      );
    } else if (request.type === "stop") {
      view.stop();
      reply({ type: "stopped", sequence });
    }
  } catch (error) {
    reply({ type: "failed", sequence, message: (error as Error).message });
  }
}
