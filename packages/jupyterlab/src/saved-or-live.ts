import type { Transport, ViewEvent } from "@rotoscope/viewer";

/** Answers from the kernel while it can, else from what the document holds. */
export interface SavedOrLiveTransport extends Transport {
  /** Takes another saved view in place of the one before. */
  save(saved: Transport): void;
  /** Holds the first answers back until `attempt` settles, at most half a second. */
  await(attempt: Promise<unknown>): void;
  /** Answers from `live` from now on. */
  goLive(live: Transport): void;
  /** Answers from the saved view from now on; `reason` (a sentence, or empty) tells the user why. */
  goSaved(reason: string): void;
}

const PATIENCE_MS = 500;

/** Starts with the saved view. Each change of side is a "changed" event, upon which the viewer asks anew. */
export function savedOrLiveTransport(firstSaved: Transport): SavedOrLiveTransport {
  const handlers = new Set<Parameters<Transport["onEvent"]>[0]>();
  const emit = (event: ViewEvent, buffers: readonly ArrayBuffer[] = []) => {
    for (const handler of handlers) handler(event, buffers);
  };
  let saved = firstSaved;
  let live: Transport | null = null;
  let stopEvents = () => {};
  let reason = "";
  let attempt: Promise<unknown> = Promise.resolve();

  return {
    async request(request) {
      await attempt;
      if (live) return live.request(request);
      const answer = await saved.request(request);
      if (answer.reply.type !== "description") return answer;
      const { description } = answer.reply;
      const note = `Saved view. ${reason || "Run the cell again to see it in full."}`;
      return {
        ...answer,
        reply: { ...answer.reply, description: { ...description, notes: [note, ...description.notes] } },
      };
    },
    onEvent(handler) {
      handlers.add(handler);
      return () => handlers.delete(handler);
    },
    save(next) {
      saved = next;
      emit({ type: "changed" });
    },
    await(next) {
      attempt = Promise.race([next.catch(() => {}), new Promise((resolve) => setTimeout(resolve, PATIENCE_MS))]);
    },
    goLive(next) {
      stopEvents();
      live = next;
      stopEvents = next.onEvent(emit);
      emit({ type: "changed" });
    },
    goSaved(why) {
      stopEvents();
      stopEvents = () => {};
      live = null;
      reason = why;
      emit({ type: "changed" });
    },
  };
}
