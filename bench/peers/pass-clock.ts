import { BUFFER_USAGE, MAP_READ } from '../../src/device/flags.ts';

/** Queries of one set; two a pass. WebGPU allows 4096. */
const CAPACITY = 2048;
/** Passes that one run of a library may take before the clock is read. */
const SLACK = 64;
const BYTES = 8;

/**
 * Takes the GPU's own time of compute passes that another library begins: while it listens, every pass without
 * timestamps gets two. Needs the feature `timestamp-query`.
 */
export class PassClock {
  readonly #device: GPUDevice;
  readonly #queries: GPUQuerySet;
  readonly #resolved: GPUBuffer;
  readonly #readable: GPUBuffer;
  readonly #restore: () => void;
  #listening = false;
  #used = 0;
  /** Passes that there was no query for. */
  #missed = 0;

  /** Patches the encoders of the realm, until {@link destroy}. */
  constructor(device: GPUDevice) {
    this.#device = device;
    this.#queries = device.createQuerySet({ label: 'pass clock', type: 'timestamp', count: CAPACITY });
    const { queryResolve, copySrc, copyDst, mapRead } = BUFFER_USAGE;
    const size = CAPACITY * BYTES;
    this.#resolved = device.createBuffer({ label: 'pass clock', size, usage: queryResolve | copySrc });
    this.#readable = device.createBuffer({ label: 'pass clock', size, usage: mapRead | copyDst });
    const { prototype } = GPUCommandEncoder;
    const original = Reflect.get<object, string>(
      prototype,
      'beginComputePass',
    ) as GPUCommandEncoder['beginComputePass'];
    const withTimestamps = this.#withTimestamps.bind(this);
    prototype.beginComputePass = function (this: GPUCommandEncoder, descriptor) {
      return original.call(this, withTimestamps(descriptor));
    };
    this.#restore = () => {
      prototype.beginComputePass = original;
    };
  }

  /**
   * Runs work several times, each time alone on an idle queue.
   *
   * @param run has submitted all its passes when it is done.
   * @returns the passes' times together [ns]; 0 where the timer is too coarse.
   * @throws Error if the work began no pass, or more than can be timed.
   */
  async time(run: () => Promise<void>, repeats: number): Promise<number> {
    this.#used = 0;
    this.#missed = 0;
    let total = 0;
    for (let i = 0; i < repeats; i++) {
      this.#listening = true;
      await run().finally(() => {
        this.#listening = false;
      });
      await this.#device.queue.onSubmittedWorkDone();
      if (this.#used === 0 || this.#missed > 0) throw new Error(this.#complaint());
      if (i === repeats - 1 || this.#used > CAPACITY - 2 * SLACK) total += await this.#read();
    }
    return total;
  }

  /** Undoes the patch and frees the queries. */
  destroy(): void {
    this.#restore();
    this.#queries.destroy();
    this.#resolved.destroy();
    this.#readable.destroy();
  }

  #complaint(): string {
    return this.#missed > 0 ? `a run began more than ${SLACK} compute passes` : 'a run began no compute pass';
  }

  #withTimestamps(descriptor: GPUComputePassDescriptor | undefined): GPUComputePassDescriptor | undefined {
    if (!this.#listening || descriptor?.timestampWrites) return descriptor;
    if (this.#used + 2 > CAPACITY) {
      this.#missed++;
      return descriptor;
    }
    const timestampWrites = {
      querySet: this.#queries,
      beginningOfPassWriteIndex: this.#used,
      endOfPassWriteIndex: this.#used + 1,
    };
    this.#used += 2;
    return { ...descriptor, timestampWrites };
  }

  /** The sum of the passes since the last reading [ns]; a pass whose end lies before its begin counts as 0. */
  async #read(): Promise<number> {
    const size = this.#used * BYTES;
    const encoder = this.#device.createCommandEncoder();
    encoder.resolveQuerySet(this.#queries, 0, this.#used, this.#resolved, 0);
    encoder.copyBufferToBuffer(this.#resolved, 0, this.#readable, 0, size);
    this.#device.queue.submit([encoder.finish()]);
    await this.#readable.mapAsync(MAP_READ, 0, size);
    const readings = new BigUint64Array(this.#readable.getMappedRange(0, size).slice(0));
    this.#readable.unmap();
    this.#used = 0;
    let total = 0;
    for (let i = 0; i < readings.length; i += 2) {
      total += Math.max(0, Number(readings[i + 1]! - readings[i]!));
    }
    return total;
  }
}
