/** What is asked of a browser's locks; a `LockManager` is one. */
export interface BrowserLocks {
  request(
    name: string,
    options: { readonly ifAvailable: true },
    granted: (lock: unknown) => Promise<void>,
  ): Promise<unknown>;
  query(): Promise<{ readonly held?: readonly { readonly name?: string }[] }>;
}

/** Lets go of what is held; resolves once others can have it. */
export type LetGo = () => Promise<void>;

/** Names of which each is held by one tab at a time. Where a browser has no locks, or refuses them, every name is free. */
export class KeptLocks {
  readonly #locks: BrowserLocks | undefined;

  constructor(locks: BrowserLocks | undefined) {
    this.#locks = locks;
  }

  /** Holds a name until it is let go of or the page is left. @returns `undefined` where it is held, here or in another tab. */
  async hold(name: string): Promise<LetGo | undefined> {
    const locks = this.#locks;
    if (!locks) return FREE;
    return new Promise((resolve) => {
      const requested = locks
        .request(name, { ifAvailable: true }, async (lock) => {
          if (lock === null) {
            resolve(undefined);
            return;
          }
          await new Promise<void>((release) => {
            resolve(async () => {
              release();
              await requested;
            });
          });
        })
        .catch(() => {
          resolve(FREE);
        });
    });
  }

  /** All names that are held now, here or in other tabs. */
  async held(): Promise<readonly string[]> {
    try {
      const { held = [] } = (await this.#locks?.query()) ?? {};
      return held.flatMap(({ name }) => name ?? []);
    } catch {
      return [];
    }
  }
}

const FREE: LetGo = () => Promise.resolve();
