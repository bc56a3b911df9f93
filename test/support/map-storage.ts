import type { KeptStorage } from '../../src/lab/kept.ts';

/** A browser's storage outside a browser. */
export class MapStorage implements KeptStorage {
  readonly #items = new Map<string, string>();

  get length(): number {
    return this.#items.size;
  }

  getItem(name: string): string | null {
    return this.#items.get(name) ?? null;
  }

  setItem(name: string, value: string): void {
    this.#items.set(name, value);
  }

  removeItem(name: string): void {
    this.#items.delete(name);
  }

  key(index: number): string | null {
    return [...this.#items.keys()][index] ?? null;
  }
}
