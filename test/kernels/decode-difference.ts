import { flushSubnormal } from '../../src/base/float32.ts';
import type { Gpu } from '../../src/device/gpu.ts';
import { dequantize } from '../../src/formats/dequantize.ts';
import { planDequantize } from '../../src/kernels/dequantize-plan.ts';
import type { KernelPlan } from '../../src/kernels/plan.ts';
import { uploadPacked } from '../../src/lab/operands.ts';
import { POISON_BITS } from '../../src/reference/poison.ts';
import type { DecodeCase } from './decode-cases.ts';

/** What decoding asks of a device. */
export type Decoder = Pick<Gpu, 'caps' | 'load'>;

/** Changes the WGSL of a plan. */
export type Change = (wgsl: string) => string;

/**
 * Decodes on a device and on the CPU, and compares bit for bit, −0 as +0.
 *
 * @param change what is done to the WGSL first; it must do something.
 * @returns the first difference and how many there are, or why the device cannot; undefined where they agree.
 */
export async function difference(
  gpu: Decoder,
  { name, problem, weights, type }: DecodeCase,
  change?: Change,
): Promise<string | undefined> {
  const plan = planDequantize(problem, gpu.caps, type);
  if (plan.kind === 'rejected') return `${name}: ${plan.constraint}`;
  const loaded = await gpu.load(plan, change && changed(plan, change));
  try {
    const quantized = weights();
    uploadPacked(loaded, quantized);
    await loaded.run(POISON_BITS);
    const differs = compare(await loaded.readOutput(), dequantize(quantized), problem.K);
    return differs && `${name}: ${differs}`;
  } finally {
    loaded.destroy();
  }
}

function changed({ passes }: KernelPlan, change: Change): string {
  const right = passes[0]!.shader.code;
  const wgsl = change(right);
  if (wgsl === right) throw new Error('the change changes nothing');
  return wgsl;
}

function compare(got: Float32Array, expected: Float32Array, K: number): string | undefined {
  let differing = 0;
  let first = -1;
  for (let i = 0; i < expected.length; i++) {
    if (got[i] === flushSubnormal(expected[i]!)) continue;
    if (first < 0) first = i;
    differing++;
  }
  if (first < 0) return undefined;
  const place = `n = ${Math.floor(first / K)}, k = ${first % K}`;
  return `${differing} of ${expected.length} differ, at ${place} ${got[first]!} for ${expected[first]!}`;
}

/** The differences of many cases, one after the other. */
export async function differences(gpu: Decoder, cases: readonly DecodeCase[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const each of cases) {
    const differs = await difference(gpu, each);
    if (differs !== undefined) found.push(differs);
  }
  return found;
}
