export { type MessageChannel, type MessageTransport, messageTransport } from "./message-transport.js";
export { mount, type Viewer } from "./mount.js";
export { staticTransport } from "./static-transport.js";
