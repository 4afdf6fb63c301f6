import type { ViewRequest } from "@rotoscope/arrow";
import type { View } from "./view.js";

/** How messages leave: a comm or an anywidget. */
export type SendMessage = (message: object, buffers: readonly ArrayBufferView[]) => void;

/** Answers one request of a viewer; what can't be answered becomes a `failed` reply. `send` is kept for those who follow a search. */
export async function answer(view: View, request: ViewRequest, send: SendMessage): Promise<void> {
  const { reply, buffers } = await view.answer(request, send).catch((error: Error) => ({
    reply: { type: "failed", sequence: request.sequence, message: error.message },
    buffers: [],
  }));
  try {
    send(reply, buffers);
  } catch {
    // The viewer has gone meanwhile.
  }
}
