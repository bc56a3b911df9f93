import type { BufferRole } from '../kernels/plan.ts';
import { withErrorScopes } from './error-scopes.ts';
import { fillBuffer } from './fill-buffer.ts';
import { BUFFER_USAGE } from './flags.ts';
import type { Overrun } from './gpu.ts';
import { readBuffer } from './read-buffer.ts';
import { type ReadyPass, recordPasses } from './ready-pass.ts';
import { type ResourceOf, resourcesOf } from './weight-sets.ts';

/** Bytes behind the end of each buffer: a whole row of up to 16,384 f32. */
const FENCE = 1 << 16;

/**
 * What is read behind the end of a buffer. In every type that a buffer may hold it is finite and not 0: 6.2e16 as f32, 235 as
 * f16, 91 as int8, 22 as E4M3, 2⁻³⁶ as E8M0; a kernel that multiplies it by 0 is right wherever it gets a number.
 */
const FENCE_WORD = 0x5b5b5b5b;

/** What a fenced run takes of a plan on a device. */
export interface FencedParts {
  readonly device: GPUDevice;
  /** The plan's own; none of them is written. */
  readonly buffers: ReadonlyMap<BufferRole, GPUBuffer>;
  /** Those that the passes write. */
  readonly written: readonly BufferRole[];
  /** Of what is bound as a storage buffer [bytes]. */
  readonly bindingLimit: number;
  readonly bind: (resourceOf: ResourceOf) => readonly ReadyPass[];
}

/**
 * Runs passes once over copies of their buffers that go on behind their ends. WebGPU lets an access behind the end of what is bound
 * read anything of it, or nothing, and write anywhere in it, or nowhere: here it goes where it was aimed at.
 *
 * @param poison what the written buffers hold before, up to their ends.
 * @returns the output buffer up to its end, and the first word that was written behind one.
 * @throws PlanError `out-of-memory` or `validation`.
 */
export async function runFenced(
  { device, buffers, written, bindingLimit, bind }: FencedParts,
  poison: number,
): Promise<{ readonly output: ArrayBuffer; readonly overrun: Overrun | undefined }> {
  const fenced = new Map<BufferRole, GPUBuffer>();
  try {
    await withErrorScopes(device, 'buffers with fences', () => {
      const encoder = device.createCommandEncoder();
      for (const [role, buffer] of buffers) {
        if (role === 'uniforms') continue;
        const size = Math.max(buffer.size, Math.min(buffer.size + FENCE, bindingLimit));
        const usage = BUFFER_USAGE.storage | BUFFER_USAGE.copySrc | BUFFER_USAGE.copyDst;
        const copy = device.createBuffer({ label: `fenced ${role}`, size, usage });
        fenced.set(role, copy);
        fillBuffer(device, copy, FENCE_WORD, buffer.size, size);
        if (written.includes(role)) fillBuffer(device, copy, poison, 0, buffer.size);
        else encoder.copyBufferToBuffer(buffer, 0, copy, 0, buffer.size);
      }
      const passes = bind(resourcesOf(new Map([...buffers, ...fenced])));
      const pass = encoder.beginComputePass();
      recordPasses(pass, passes);
      pass.end();
      device.queue.submit([encoder.finish()]);
    });
    let overrun: Overrun | undefined;
    for (const role of written) {
      const fence = await readBuffer(device, fenced.get(role)!, buffers.get(role)!.size);
      const word = new Uint32Array(fence).findIndex((found) => found !== FENCE_WORD);
      if (word >= 0) overrun ??= { role, word };
    }
    const output = await readBuffer(device, fenced.get('output')!, 0, buffers.get('output')!.size);
    return { output, overrun };
  } finally {
    for (const buffer of fenced.values()) buffer.destroy();
  }
}
