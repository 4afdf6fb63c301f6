/**
 * What went wrong, as a word that survives workers and comms: test `code`, not `instanceof`.
 *
 * - `argument`: an option or argument has a value that makes no sense
 * - `shape`: array sizes don't fit together
 * - `file`: a file can't be read or written, or its content is damaged
 * - `unsupported`: well formed, but of a kind that isn't handled
 * - `aborted`: ended by an AbortSignal
 * - `environment`: something that should be installed or running is missing
 */
export type ErrorCode = "argument" | "shape" | "file" | "unsupported" | "aborted" | "environment";

/** Every error that rotoscope throws on purpose. The message names what, where and which value. */
export class RotoscopeError extends Error {
  override readonly name = "RotoscopeError";
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
