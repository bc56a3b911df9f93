/**
 * Whether the page that measures is in front. Browsers slow hidden tabs down, and another tab then has the GPU: a time that was
 * taken meanwhile says little.
 */
export class Foreground {
  #inFront = true;
  #lapses = 0;
  readonly #waiting = new Set<() => void>();

  /** How often the page went to the background so far. */
  get lapses(): number {
    return this.#lapses;
  }

  /** Takes in what the page says of itself. */
  set(inFront: boolean): void {
    if (this.#inFront && !inFront) this.#lapses++;
    this.#inFront = inFront;
    if (inFront) for (const resume of this.#waiting) resume();
  }

  /** Resolves once the page is in front. @throws the signal's reason once it aborts. */
  async wait(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#inFront) return;
    await new Promise<void>((resolve) => {
      const resume = (): void => {
        this.#waiting.delete(resume);
        signal.removeEventListener('abort', resume);
        resolve();
      };
      this.#waiting.add(resume);
      signal.addEventListener('abort', resume, { once: true });
    });
    signal.throwIfAborted();
  }
}

/**
 * Does something in front: waits for that, and does it again if the page went to the background meanwhile.
 *
 * @throws the signal's reason once it aborts.
 */
export async function undisturbed<T>(
  { foreground, signal }: { readonly foreground?: Foreground | undefined; readonly signal: AbortSignal },
  work: () => Promise<T>,
): Promise<T> {
  for (;;) {
    await foreground?.wait(signal);
    const before = foreground?.lapses;
    const done = await work();
    if (foreground?.lapses === before) return done;
  }
}
