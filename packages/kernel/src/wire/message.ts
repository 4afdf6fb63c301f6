/** The header of a Jupyter message, protocol 5.3. */
export interface MessageHeader {
  readonly msg_id: string;
  readonly msg_type: string;
  readonly session: string;
  readonly username: string;
  readonly date: string;
  readonly version: string;
}

/** A JSON object of the protocol. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** A message as it arrived, its signature checked. `buffers` are copies that belong to the receiver. */
export interface ReceivedMessage {
  readonly identities: readonly Uint8Array[];
  readonly header: MessageHeader;
  readonly parentHeader: JsonObject;
  readonly metadata: JsonObject;
  readonly content: JsonObject;
  readonly buffers: readonly Uint8Array[];
}

/** What is needed to send a message; the session adds the header and signs. */
export interface OutgoingMessage {
  readonly type: string;
  readonly content: object;
  readonly parentHeader?: MessageHeader | undefined;
  readonly metadata?: object | undefined;
  readonly buffers?: readonly ArrayBufferView[] | undefined;
}
