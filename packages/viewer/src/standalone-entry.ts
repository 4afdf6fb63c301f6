import type { ViewPayload } from "@rotoscope/arrow/messages";
import { mount } from "./mount.js";
import { staticTransport } from "./static-transport.js";

const payload = JSON.parse(document.getElementById("rotoscope-payload")!.textContent) as ViewPayload;
mount(document.getElementById("rotoscope")!, staticTransport(payload));
