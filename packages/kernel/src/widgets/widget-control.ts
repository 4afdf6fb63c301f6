import type { Comms } from "../comms.js";
import { type BufferPath, splitBuffers } from "./buffer-paths.js";
import type { WidgetModel } from "./widget.js";

/**
 * Answers `request_states` on the target `jupyter.widget.control`: a page that is loaded again asks for all models at
 * once, and waits for the answer.
 */
export function serveWidgetControl(comms: Comms, models: ReadonlyMap<string, WidgetModel>): void {
  comms.onOpen("jupyter.widget.control", (comm) => {
    comm.onMessage(({ data }) => {
      if (data.method !== "request_states") return;
      const states: Record<string, unknown> = {};
      const bufferPaths: BufferPath[] = [];
      const buffers: ArrayBufferView[] = [];
      for (const { id, state } of models.values()) {
        const split = splitBuffers(state);
        states[id] = {
          model_name: state._model_name,
          model_module: state._model_module,
          model_module_version: state._model_module_version,
          state: split.state,
        };
        bufferPaths.push(...split.bufferPaths.map((path) => [id, "state", ...path]));
        buffers.push(...split.buffers);
      }
      comm.send({ method: "update_states", states, buffer_paths: bufferPaths }, { buffers });
    });
  });
}
