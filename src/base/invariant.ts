/**
 * States what our own code guarantees. A failure is a bug of ours, never a user's mistake, and nobody catches it.
 *
 * @throws Error with `message` if `condition` is false.
 */
export function invariant(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(`Internal error: ${message}`);
}

/** Marks the end of an exhaustive `switch`; a new member of the union stops compiling here. */
export function unreachable(value: never): never {
  throw new Error(`Internal error: unexpected value ${JSON.stringify(value)}`);
}
