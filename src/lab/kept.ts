import { type BrowserLocks, KeptLocks, type LetGo } from './kept-locks.ts';

/** What is asked of a browser's storage. */
export type KeptStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>;

/** Of all names, so that other pages of the same origin are left alone. */
const PREFIX = 'subbyte/';

/**
 * JSON that a page keeps in its browser from one visit to the next. A browser may refuse all of it, or have no room left:
 * then reading finds nothing, and writing says so.
 */
export class Kept {
  readonly #storage: () => KeptStorage;
  readonly #locks: KeptLocks;

  /**
   * @param storage where; a browser that keeps nothing throws on the very access.
   * @param locks of the browser, that tabs keep out of each other's way by; left out where it has none.
   */
  constructor(storage: () => KeptStorage, locks?: BrowserLocks) {
    this.#storage = storage;
    this.#locks = new KeptLocks(locks);
  }

  /** Holds a name until it is let go of or the page is left. @returns `undefined` where it is held, here or in another tab. */
  hold(name: string): Promise<LetGo | undefined> {
    return this.#locks.hold(PREFIX + name);
  }

  /** The names that are held, here or in another tab. */
  async held(): Promise<ReadonlySet<string>> {
    const own = (await this.#locks.held()).filter((name) => name.startsWith(PREFIX));
    return new Set(own.map((name) => name.slice(PREFIX.length)));
  }

  /** The value of a name; `undefined` where there is none, or none that is JSON. */
  read(name: string): unknown {
    try {
      return JSON.parse(this.text(name) ?? '');
    } catch {
      return undefined;
    }
  }

  /** What is kept under a name, JSON or not; `undefined` where there is nothing. */
  text(name: string): string | undefined {
    try {
      return this.#storage().getItem(PREFIX + name) ?? undefined;
    } catch {
      return undefined;
    }
  }

  /** @returns whether the value is kept. */
  write(name: string, value: unknown): boolean {
    try {
      this.#storage().setItem(PREFIX + name, JSON.stringify(value));
      return true;
    } catch {
      return false;
    }
  }

  /** Forgets names; those that are not kept cost nothing. */
  remove(names: readonly string[]): void {
    try {
      const storage = this.#storage();
      for (const name of names) storage.removeItem(PREFIX + name);
    } catch {
      // What cannot be reached is not kept either.
    }
  }

  /** All names that begin so, in order. */
  names(start: string): string[] {
    try {
      const storage = this.#storage();
      const all = Array.from({ length: storage.length }, (_, i) => storage.key(i) ?? '');
      const own = all.filter((name) => name.startsWith(PREFIX + start));
      return own.map((name) => name.slice(PREFIX.length)).sort();
    } catch {
      return [];
    }
  }
}
