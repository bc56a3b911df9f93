import { BUFFER_USAGE } from './flags.ts';

/** Bytes that one copy of the pattern fills. */
const CHUNK = 1 << 20;

/** Fills buffers with one word, by copies on the GPU: between two samples nothing is uploaded. */
export class Poison {
  readonly #targets: readonly GPUBuffer[];
  readonly #pattern: GPUBuffer;
  readonly #elsewhere: GPUBuffer;

  /** @param targets what is to be filled; owned by whoever gives them. */
  constructor(device: GPUDevice, word: number, targets: readonly GPUBuffer[]) {
    this.#targets = targets;
    const size = Math.min(CHUNK, Math.max(4, ...targets.map((target) => target.size)));
    const create = (label: string): GPUBuffer =>
      device.createBuffer({ label, size, usage: BUFFER_USAGE.copySrc | BUFFER_USAGE.copyDst });
    this.#pattern = create('poison');
    this.#elsewhere = create('elsewhere');
    device.queue.writeBuffer(this.#pattern, 0, new Uint32Array(size / 4).fill(word).buffer);
  }

  /** Records the filling. @param elsewhere copies as much to where nobody reads it, and leaves the targets as they are. */
  fill(encoder: GPUCommandEncoder, elsewhere: boolean): void {
    const { size } = this.#pattern;
    for (const target of this.#targets) {
      for (let offset = 0; offset < target.size; offset += size) {
        const length = Math.min(size, target.size - offset);
        if (elsewhere) encoder.copyBufferToBuffer(this.#pattern, 0, this.#elsewhere, 0, length);
        else encoder.copyBufferToBuffer(this.#pattern, 0, target, offset, length);
      }
    }
  }

  /** Destroys the pattern. */
  destroy(): void {
    this.#pattern.destroy();
    this.#elsewhere.destroy();
  }
}
