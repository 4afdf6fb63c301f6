/** Long work that can pause wherever it yields: after a fraction of a millisecond, as a rule. */
export type Pausable<Value = void> = Generator<void, Value, void>;

/** Does all of it now. */
export function atOnce<Value>(work: Pausable<Value>): Value {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}
