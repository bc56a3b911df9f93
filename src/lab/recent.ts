/** Keeps the results of the last few expensive calls, by key. */
export class Recent<Value> {
  readonly #most: number;
  readonly #values = new Map<string, Promise<Value>>();

  /** @param most values kept; the one that was used longest ago goes first. */
  constructor(most: number) {
    this.#most = most;
  }

  /** The value of a key, made if it is not kept; a failure is not kept. */
  async get(key: string, make: () => Promise<Value>): Promise<Value> {
    const value = this.#values.get(key) ?? make();
    this.#values.delete(key);
    this.#values.set(key, value);
    const [oldest] = this.#values.keys();
    if (this.#values.size > this.#most && oldest !== undefined) this.#values.delete(oldest);
    try {
      return await value;
    } catch (cause) {
      this.#values.delete(key);
      throw cause;
    }
  }
}
