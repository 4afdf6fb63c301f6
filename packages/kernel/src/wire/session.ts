import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";
import type { JsonObject, MessageHeader, OutgoingMessage, ReceivedMessage } from "./message.js";

const DELIMITER = Buffer.from("<IDS|MSG>");
const PROTOCOL_VERSION = "5.3";

/** Turns messages into signed frames and back, as the Jupyter wire protocol says. */
export class Session {
  readonly id: string = randomUUID();
  #droppedMessages = 0;
  readonly #key: string;
  readonly #hashName: string;

  /** `signatureScheme` is `hmac-` and a hash name; an empty key means unsigned messages. */
  constructor(key: string, signatureScheme = "hmac-sha256") {
    this.#key = key;
    this.#hashName = signatureScheme.replace(/^hmac-/, "");
  }

  /** How many messages were dropped because they were malformed or wrongly signed. */
  get droppedMessages(): number {
    return this.#droppedMessages;
  }

  /** The frames of a message. Its buffers are copied, because the socket reads the frames later. */
  encode(message: OutgoingMessage, routing: readonly Uint8Array[]): Uint8Array[] {
    const header: MessageHeader = {
      msg_id: randomUUID(),
      msg_type: message.type,
      session: this.id,
      username: "kernel",
      date: new Date().toISOString(),
      version: PROTOCOL_VERSION,
    };
    const parts = [header, message.parentHeader ?? {}, message.metadata ?? {}, message.content].map((part) =>
      Buffer.from(JSON.stringify(part)),
    );
    const buffers = (message.buffers ?? []).map((view) =>
      Buffer.from(new Uint8Array(view.buffer, view.byteOffset, view.byteLength)),
    );
    return [...routing, DELIMITER, Buffer.from(this.#sign(parts)), ...parts, ...buffers];
  }

  /** The message in `frames`, or undefined (and one more dropped message) when it is malformed or wrongly signed. */
  decode(frames: readonly Buffer[]): ReceivedMessage | undefined {
    const message = this.#parse(frames);
    if (message === undefined) this.#droppedMessages += 1;
    return message;
  }

  #parse(frames: readonly Buffer[]): ReceivedMessage | undefined {
    const delimiter = frames.findIndex((frame) => frame.equals(DELIMITER));
    const signature = frames[delimiter + 1];
    const parts = frames.slice(delimiter + 2, delimiter + 6);
    if (delimiter < 0 || signature === undefined || parts.length < 4) return undefined;
    const expected = Buffer.from(this.#sign(parts));
    if (signature.length !== expected.length || !timingSafeEqual(signature, expected)) return undefined;
    const [header, parentHeader, metadata, content] = parts.map(parseObject);
    if (!header || !parentHeader || !metadata || !content || !isHeader(header)) return undefined;
    return {
      identities: frames.slice(0, delimiter),
      header,
      parentHeader,
      metadata,
      content,
      buffers: frames.slice(delimiter + 6).map((frame) => new Uint8Array(frame)),
    };
  }

  #sign(parts: readonly Uint8Array[]): string {
    if (this.#key === "") return "";
    const hmac = createHmac(this.#hashName, this.#key);
    for (const part of parts) hmac.update(part);
    return hmac.digest("hex");
  }
}

function parseObject(frame: Buffer): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(frame.toString());
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
  } catch {
    return undefined;
  }
}

function isHeader(value: JsonObject): value is JsonObject & MessageHeader {
  return typeof value.msg_id === "string" && typeof value.msg_type === "string";
}
