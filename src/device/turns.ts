import type { BufferRole } from '../kernels/plan.ts';

import { withErrorScopes } from './error-scopes.ts';
import { BUFFER_USAGE } from './flags.ts';
import type { Operands } from './gpu.ts';
import type { ReadyPass } from './ready-pass.ts';
import { copyWeights, type ResourceOf, resourcesOf, type WeightSets } from './weight-sets.ts';
import { writeBuffer } from './write-buffer.ts';

/** What the turns of a plan are made of. */
interface TurnsParts {
  readonly device: GPUDevice;
  /** The plan's own, which the first set of operands lies in. */
  readonly buffers: ReadonlyMap<BufferRole, GPUBuffer>;
  /** The passes bound to the plan's own buffers. */
  readonly passes: readonly ReadyPass[];
  /** The passes bound to other buffers. */
  readonly bind: (resourceOf: ResourceOf) => readonly ReadyPass[];
  /** Of a buffer [bytes]. */
  readonly bufferLimit: number;
}

/** What the dispatches of samples read, one after the other: one set of operands or two, or copies of their weights. */
export class Turns {
  readonly #parts: TurnsParts;
  /** What the second set of operands has of its own; empty where there is one set. */
  #second: ReadonlyMap<BufferRole, GPUBuffer> = new Map();
  #copies: WeightSets | undefined;
  /** The passes of each turn. Of two sets of operands, the first has the even turns. */
  #turns: readonly (readonly ReadyPass[])[];
  #next = 0;
  #last = 0;

  constructor(parts: TurnsParts) {
    this.#parts = parts;
    this.#turns = [parts.passes];
  }

  /** The set of operands of the turn that was taken last. */
  get lastSet(): 0 | 1 {
    return this.#second.size > 0 && this.#last % 2 === 1 ? 1 : 0;
  }

  /**
   * Makes a second set of operands and gives it every other turn.
   *
   * @throws PlanError `out-of-memory` or `validation`.
   */
  async alternate(second: Operands): Promise<void> {
    const { device, bind, buffers } = this.#parts;
    const own = new Map<BufferRole, GPUBuffer>();
    try {
      await withErrorScopes(device, 'second set of operands', () => {
        const usage = BUFFER_USAGE.storage | BUFFER_USAGE.copySrc | BUFFER_USAGE.copyDst;
        for (const [role, data] of second) {
          const size = buffers.get(role)?.size ?? 0;
          const buffer = device.createBuffer({ label: `second ${role}`, size, usage });
          own.set(role, buffer);
          writeBuffer(device, buffer, data);
        }
      });
      this.#turns = await withErrorScopes(device, 'bindings', () => [
        bind(resourcesOf(buffers)),
        bind(resourcesOf(new Map([...buffers, ...own]))),
      ]);
    } catch (cause) {
      for (const buffer of own.values()) buffer.destroy();
      throw cause;
    }
    for (const buffer of this.#second.values()) buffer.destroy();
    this.#second = own;
  }

  /**
   * Gives each turn a copy of the packed weights of its own.
   *
   * @param bytes that all copies shall have together.
   * @returns the bytes that they have.
   * @throws PlanError `out-of-memory` or `validation`.
   */
  async rotate(bytes: number): Promise<number> {
    const { device, bind, buffers, bufferLimit } = this.#parts;
    const sets = this.#second.size > 0 ? [buffers, new Map([...buffers, ...this.#second])] : [buffers];
    const copies = await copyWeights(device, sets, bytes, bufferLimit);
    this.#copies?.destroy();
    this.#copies = copies;
    this.#turns = await withErrorScopes(device, 'bindings', () => copies.resources.map(bind));
    return copies.bytes;
  }

  /** The passes of the next `count` turns. @param repeating only turns of the first set of operands. */
  take(count: number, repeating: boolean): readonly ReadyPass[] {
    const step = repeating && this.#second.size > 0 ? 2 : 1;
    return Array.from({ length: count }).flatMap(() => {
      this.#last = (step * Math.ceil(this.#next / step)) % this.#turns.length;
      this.#next = (this.#last + 1) % this.#turns.length;
      return this.#turns[this.#last]!;
    });
  }

  /** Destroys the buffers of the second set and of the copies. */
  destroy(): void {
    for (const buffer of this.#second.values()) buffer.destroy();
    this.#copies?.destroy();
  }
}
