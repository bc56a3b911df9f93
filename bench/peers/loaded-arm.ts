import { nanoseconds } from '../../src/base/units.ts';
import type { Sampler } from '../../src/measure/sampler.ts';
import type { KernelNames } from './kernel-names.ts';
import { type OutputError, outputError } from './output-error.ts';
import type { PassClock } from './pass-clock.ts';
import type { LoadedPeer, Peer, Product } from './peer.ts';
import type { SharedDevice } from './shared-device.ts';

/** What listens to peers. */
export interface Ears {
  readonly clock: Pick<PassClock, 'time'>;
  readonly names: Pick<KernelNames, 'during'>;
}

/** A peer with a product in it that it has computed once. */
export class LoadedArm {
  readonly peer: Peer;
  readonly kernels: readonly string[];
  /** Of the first output. */
  readonly error: OutputError;
  /** Takes times; a run that fails gives none, and {@link failure} says why. */
  readonly sampler: Sampler;
  failure: string | undefined;
  readonly #loaded: LoadedPeer;

  private constructor(
    peer: Peer,
    loaded: LoadedPeer,
    ears: Ears,
    kernels: readonly string[],
    error: OutputError,
  ) {
    this.peer = peer;
    this.kernels = kernels;
    this.error = error;
    this.#loaded = loaded;
    this.sampler = {
      sample: async (products) => {
        if (this.failure !== undefined) return undefined;
        try {
          const total = await ears.clock.time(() => loaded.run(), products);
          return total > 0 ? nanoseconds(total) : undefined;
        } catch (cause) {
          this.failure = messageOf(cause);
          return undefined;
        }
      },
    };
  }

  /**
   * Loads a product into a peer and computes it.
   *
   * @param expected [M, N], the product in f64.
   * @returns why it cannot, as a sentence, where it cannot.
   */
  static async open(
    peer: Peer,
    product: Product,
    expected: Float64Array,
    shared: Pick<SharedDevice, 'device' | 'info'>,
    ears: Ears,
  ): Promise<LoadedArm | string> {
    let loaded: LoadedPeer | undefined;
    try {
      const opened = (loaded = await peer.load(product, shared));
      let output: Float32Array = new Float32Array(0);
      const kernels = await ears.names.during(async () => {
        output = await opened.read();
      });
      return new LoadedArm(peer, opened, ears, kernels, outputError(output, expected));
    } catch (cause) {
      await loaded?.release().catch(() => undefined);
      return messageOf(cause);
    }
  }

  /** Computes the product once more. @returns the error of that output. */
  async again(expected: Float64Array): Promise<OutputError> {
    return outputError(await this.#loaded.read(), expected);
  }

  /** Frees what the product takes. */
  release(): Promise<void> {
    return this.#loaded.release();
  }
}

/** What a library threw, which need not be an Error. */
export const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));
