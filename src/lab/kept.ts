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

  /** @param storage where; a browser that keeps nothing throws on the very access. */
  constructor(storage: () => KeptStorage) {
    this.#storage = storage;
  }

  /** The value of a name; `undefined` where there is none, or none that is JSON. */
  read(name: string): unknown {
    try {
      const text = this.#storage().getItem(PREFIX + name);
      return text === null ? undefined : JSON.parse(text);
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
