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
 * What is read behind the end of a buffer: of two runs, one finds the first there and one the second. The first is finite and not 0
 * in every type that a buffer may hold, and small enough to stay finite where a kernel computes in f16: 15 as f32 and bf16, 2.7 as f16,
 * 65 and 112 as int8, 2⁻⁶² as E8M0; a kernel that multiplies it by 0 is right wherever it gets a number.
 */
export const FENCE_WORDS = [0x41704170, 0] as const;

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
 * @param fence what is behind them.
 * @returns the output buffer up to its end, and the first word that was written behind one.
 * @throws PlanError `out-of-memory` or `validation`.
 */
export async function runFenced(
  { device, buffers, written, bindingLimit, bind }: FencedParts,
  poison: number,
  fence: number,
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
        fillBuffer(device, copy, fence, buffer.size, size);
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
      const behind = await readBuffer(device, fenced.get(role)!, buffers.get(role)!.size);
      const word = new Uint32Array(behind).findIndex((found) => found !== fence);
      if (word >= 0) overrun ??= { role, word };
    }
    const output = await readBuffer(device, fenced.get('output')!, 0, buffers.get('output')!.size);
    return { output, overrun };
  } finally {
    for (const buffer of fenced.values()) buffer.destroy();
  }
}
