/** A command that cannot be understood: a sentence that names the problem, and what to do about it. Exit code 1. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  /** One line: the way out. */
  readonly hint: string;
  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}
