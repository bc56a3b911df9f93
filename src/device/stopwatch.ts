import { BUFFER_USAGE, MAP_READ } from './flags.ts';

/** Bytes of two timestamps. */
const PAIR = 16;

/** Takes the GPU's own time of one compute pass in one submit; needs the feature `timestamp-query`. */
export class Stopwatch {
  readonly #device: GPUDevice;
  readonly #queries: GPUQuerySet;
  readonly #resolved: GPUBuffer;
  readonly #readable: GPUBuffer;

  constructor(device: GPUDevice) {
    this.#device = device;
    this.#queries = device.createQuerySet({ label: 'stopwatch', type: 'timestamp', count: 2 });
    this.#resolved = device.createBuffer({
      label: 'stopwatch',
      size: PAIR,
      usage: BUFFER_USAGE.queryResolve | BUFFER_USAGE.copySrc,
    });
    this.#readable = device.createBuffer({
      label: 'stopwatch readback',
      size: PAIR,
      usage: BUFFER_USAGE.mapRead | BUFFER_USAGE.copyDst,
    });
  }

  /**
   * Runs one pass and waits for it; one call at a time.
   *
   * @param record puts the commands into the pass.
   * @param before what to wait for once they are recorded, before they are submitted.
   * @returns the raw readings at the pass's begin and end [ns]; the end may lie before the begin (some drivers reset).
   */
  async time(
    record: (pass: GPUComputePassEncoder) => void,
    before: () => Promise<void> = nothing,
  ): Promise<readonly [begin: bigint, end: bigint]> {
    const encoder = this.#device.createCommandEncoder();
    const pass = encoder.beginComputePass({
      timestampWrites: { querySet: this.#queries, beginningOfPassWriteIndex: 0, endOfPassWriteIndex: 1 },
    });
    record(pass);
    pass.end();
    encoder.resolveQuerySet(this.#queries, 0, 2, this.#resolved, 0);
    encoder.copyBufferToBuffer(this.#resolved, 0, this.#readable, 0, PAIR);
    const commands = encoder.finish();
    await before();
    this.#device.queue.submit([commands]);
    await this.#readable.mapAsync(MAP_READ);
    const [begin, end] = new BigUint64Array(this.#readable.getMappedRange());
    const readings = [begin!, end!] as const;
    this.#readable.unmap();
    return readings;
  }

  /** Destroys the query set and its buffers. */
  destroy(): void {
    this.#queries.destroy();
    this.#resolved.destroy();
    this.#readable.destroy();
  }
}

const nothing = (): Promise<void> => Promise.resolve();
