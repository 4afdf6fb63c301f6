import type { Transport, ViewReply, ViewRequest } from "@rotoscope/arrow/messages";

type WithoutSequence<Request> = Request extends ViewRequest ? Omit<Request, "sequence"> : never;

/** A request before it is numbered. */
export type Question = WithoutSequence<ViewRequest>;

/** What the host answered. */
export interface HostAnswer {
  readonly reply: ViewReply;
  readonly buffers: readonly ArrayBuffer[];
}

/** Asks the host; null where it can't answer, or doesn't for long, which the user has been told by then. */
export type AskHost = (question: Question) => Promise<HostAnswer | null>;

/** What asking needs. */
export interface AskHostOptions {
  /** Tells the user why a question isn't answered; "" takes that back with the next good answer. */
  say(message: string): void;
  /** An answer came after it was given up: what was wanted meanwhile may be asked again. */
  onRecovered(): void;
  isClosed(): boolean;
}

const PATIENCE_MS = 1500;
const GIVE_UP_MS = 15_000;

/** Numbers questions and takes their answers. A kernel that is busy, or gone, doesn't block those who ask for ever. */
export function askHost(transport: Transport, { say, onRecovered, isClosed }: AskHostOptions): AskHost {
  // A random start, because viewers in several browser tabs may share one channel.
  let sequence = Math.floor(Math.random() * 2 ** 40);

  function judge({ reply, buffers }: HostAnswer, asked: number): HostAnswer | null {
    if (isClosed() || reply.sequence !== asked) return null;
    say(reply.type === "failed" ? reply.message : "");
    return reply.type === "failed" ? null : { reply, buffers };
  }

  return (question) => {
    const request = { ...question, sequence: ++sequence } as ViewRequest;
    return new Promise((resolve) => {
      let givenUp = false;
      const patience = setTimeout(() => say("Waiting for the kernel to answer."), PATIENCE_MS);
      const limit = setTimeout(() => {
        givenUp = true;
        say("The kernel doesn't answer. If it was restarted, run the cell again.");
        resolve(null);
      }, GIVE_UP_MS);
      const settle = (): void => {
        clearTimeout(patience);
        clearTimeout(limit);
      };
      transport.request(request).then(
        (answer) => {
          settle();
          resolve(judge(answer, request.sequence));
          if (givenUp && !isClosed()) onRecovered();
        },
        (error: Error) => {
          settle();
          if (!isClosed()) say(error.message);
          resolve(null);
        },
      );
    });
  };
}
