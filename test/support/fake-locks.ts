import type { BrowserLocks } from '../../src/lab/kept-locks.ts';

/** A browser's locks outside a browser; shared by what plays its tabs. */
export class FakeLocks implements BrowserLocks {
  readonly #held = new Set<string>();

  async request(
    name: string,
    _: { readonly ifAvailable: true },
    granted: (lock: unknown) => Promise<void>,
  ): Promise<void> {
    await Promise.resolve();
    if (this.#held.has(name)) return granted(null);
    this.#held.add(name);
    try {
      await granted({ name });
    } finally {
      this.#held.delete(name);
    }
  }

  query(): ReturnType<BrowserLocks['query']> {
    return Promise.resolve({ held: [...this.#held].map((name) => ({ name })) });
  }
}
