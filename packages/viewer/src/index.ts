export {
  type Transport,
  VIEW_COMM_TARGET,
  VIEW_MIME_TYPE,
  type ViewEvent,
  type ViewPayload,
  type ViewRequest,
} from "@rotoscope/arrow/messages";
export { type MessageChannel, type MessageTransport, messageTransport } from "./message-transport.js";
export { mount, type Viewer } from "./mount.js";
export { staticTransport } from "./static-transport.js";
