import { PlanError } from './plan-error.ts';

/** How long a loss may lag behind the calls that it made fail [ms]. */
const LAG_MS = 500;

/** Watches one device: turns its loss into a {@link PlanError} of every call that is waiting on it. */
export class DeviceLoss {
  /** Resolves with the reason once the device is lost. */
  readonly lost: Promise<string>;
  readonly #waiting = new Set<(cause: PlanError) => void>();
  #reason: string | undefined;

  constructor(device: GPUDevice) {
    this.lost = device.lost.then(({ reason, message }) => {
      this.#reason = message || reason;
      for (const reject of this.#waiting) reject(lostError(this.#reason));
      return this.#reason;
    });
  }

  /**
   * Runs work that needs the device.
   *
   * @throws PlanError `lost` if the device is lost already or before the work ends; else what the work throws.
   */
  async guard<T>(work: () => Promise<T>): Promise<T> {
    if (this.#reason !== undefined) throw lostError(this.#reason);
    try {
      return await this.#untilLost(work());
    } catch (cause) {
      if (cause instanceof PlanError) throw cause;
      // A lost device makes pending calls fail a moment before it says so.
      const reason = await Promise.race([this.lost, delay(LAG_MS)]);
      throw reason === undefined ? cause : lostError(reason);
    }
  }

  #untilLost<T>(work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#waiting.add(reject);
      const settled = (): void => {
        this.#waiting.delete(reject);
      };
      work.then(resolve, reject).finally(settled);
    });
  }
}

const lostError = (reason: string): PlanError => new PlanError('lost', [reason], 'The GPU device was lost.');

const delay = (ms: number): Promise<undefined> =>
  new Promise((resolve) => {
    setTimeout(() => {
      resolve(undefined);
    }, ms);
  });
