import type { Transport, ViewReply, ViewRequest } from "@rotoscope/arrow/messages";

type WithoutSequence<Request> = Request extends ViewRequest ? Omit<Request, "sequence"> : never;

/** A request before it is numbered. */
export type Question = WithoutSequence<ViewRequest>;

/** Asks the host; null where it can't answer, which the user has been told by then. */
export type AskHost = (
  question: Question,
) => Promise<{ readonly reply: ViewReply; readonly buffers: readonly ArrayBuffer[] } | null>;

const PATIENCE_MS = 1500;

/** Numbers questions, and has `say` tell why one isn't answered; "" takes that back with the next good answer. */
export function askHost(transport: Transport, say: (message: string) => void, isClosed: () => boolean): AskHost {
  // A random start, because viewers in several browser tabs may share one channel.
  let sequence = Math.floor(Math.random() * 2 ** 40);
  return async (question) => {
    const request = { ...question, sequence: ++sequence } as ViewRequest;
    const patience = setTimeout(() => say("Waiting for the kernel to answer."), PATIENCE_MS);
    try {
      const answer = await transport.request(request);
      if (isClosed() || answer.reply.sequence !== request.sequence) return null;
      if (answer.reply.type !== "failed") {
        say("");
        return answer;
      }
      say(answer.reply.message);
    } catch (error) {
      if (!isClosed()) say((error as Error).message);
    } finally {
      clearTimeout(patience);
    }
    return null;
  };
}
