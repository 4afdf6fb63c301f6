import { RotoscopeError } from "./errors.js";

const PATIENCE_MS = 60_000;

/** Takes the lock at `at` of shared memory if it is free (0); says whether it did. */
export function tryLock(locks: Int32Array, at: number): boolean {
  return Atomics.compareExchange(locks, at, 0, 1) === 0;
}

/** Waits for the lock and takes it. Throws a `RotoscopeError` (`environment`) after a minute: whoever held it has ended. */
export function lock(locks: Int32Array, at: number): void {
  while (!tryLock(locks, at))
    if (Atomics.wait(locks, at, 1, PATIENCE_MS) === "timed-out")
      throw new RotoscopeError("environment", "a thread has held a part of the shared state for a minute; did it end?");
}

/** Gives the lock back and wakes one thread that waits for it. */
export function unlock(locks: Int32Array, at: number): void {
  Atomics.store(locks, at, 0);
  Atomics.notify(locks, at, 1);
}
