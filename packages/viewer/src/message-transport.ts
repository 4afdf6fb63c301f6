import type { Transport, ViewEvent, ViewReply, ViewRequest } from "@rotoscope/arrow/messages";

/** Two-way messages to a host: a comm, an anywidget model. */
export interface MessageChannel {
  send(request: ViewRequest): void;
  onMessage(handler: (data: unknown, buffers: readonly (ArrayBuffer | ArrayBufferView)[]) => void): void;
}

/** A transport over messages; `close` rejects what is under way, and all that is asked later, with an error of this message. */
export interface MessageTransport extends Transport {
  close(message: string): void;
}

/** Matches replies to requests by their sequence number; messages of other viewers on the same channel are ignored. */
export function messageTransport(channel: MessageChannel): MessageTransport {
  type Answer = Awaited<ReturnType<Transport["request"]>>;
  const waiting = new Map<number, { resolve(answer: Answer): void; reject(error: Error): void }>();
  const handlers = new Set<(event: ViewEvent, buffers: readonly ArrayBuffer[]) => void>();
  let closed: string | null = null;

  channel.onMessage((data, buffers) => {
    const message = data as ViewReply | ViewEvent;
    if ("sequence" in message) {
      waiting.get(message.sequence)?.resolve({ reply: message, buffers: buffers.map(exactCopy) });
      waiting.delete(message.sequence);
    } else if (message.type === "progress" || message.type === "changed" || message.type === "lost") {
      const copies = buffers.map(exactCopy);
      for (const handler of handlers) handler(message, copies);
    }
  });

  return {
    request(request) {
      return new Promise((resolve, reject) => {
        if (closed !== null) return reject(new Error(closed));
        waiting.set(request.sequence, { resolve, reject });
        channel.send(request);
      });
    },
    onEvent(handler) {
      handlers.add(handler);
      return () => handlers.delete(handler);
    },
    close(message) {
      closed = message;
      for (const { reject } of waiting.values()) reject(new Error(message));
      waiting.clear();
    },
  };
}

function exactCopy(buffer: ArrayBuffer | ArrayBufferView): ArrayBuffer {
  if (buffer instanceof ArrayBuffer) return buffer;
  return buffer.buffer.slice(buffer.byteOffset, buffer.byteOffset + buffer.byteLength) as ArrayBuffer;
}
