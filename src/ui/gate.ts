/** Whoever measures at the moment. */
export interface Holder {
  /** Stops at once, as far as the page sees; the lab may take longer. */
  cancel(): void;
}

/** Lets one measurement at a time onto a page's lab: two at once would spoil each other's times. */
export class Gate {
  readonly #onChange: () => void;
  #holder: Holder | undefined;
  #quiet: Promise<unknown> = Promise.resolve();

  /** @param onChange told whenever the gate is taken or left. */
  constructor(onChange: () => void = () => undefined) {
    this.#onChange = onChange;
  }

  get isTaken(): boolean {
    return this.#holder !== undefined;
  }

  /** Settles once the lab is done with all that was asked of it, which may be later than a cancelled holder left. */
  get quiet(): Promise<unknown> {
    return this.#quiet;
  }

  /** @returns whether the gate was free and is the holder's now. */
  take(holder: Holder): boolean {
    if (this.#holder) return false;
    this.#holder = holder;
    this.#onChange();
    return true;
  }

  /** Gives the gate back. */
  leave(): void {
    this.#holder = undefined;
    this.#onChange();
  }

  /** Stops whoever holds the gate, if anybody does. */
  cancel(): void {
    this.#holder?.cancel();
  }

  /** Notes what the lab is at. @returns the same work. */
  occupy<T>(work: Promise<T>): Promise<T> {
    this.#quiet = Promise.allSettled([this.#quiet, work]);
    return work;
  }
}
