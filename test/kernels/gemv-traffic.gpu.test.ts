import { expect, test } from 'vitest';
import { BUFFER_USAGE, MAP_READ } from '../../src/device/flags.ts';
import { DEFAULT_CAPS } from '../../src/kernels/caps.ts';
import { elementOf } from '../../src/formats/format.ts';
import { gemv } from '../../src/kernels/variants/gemv.ts';
import type { KernelPlan } from '../../src/kernels/plan.ts';
import { dawn } from '../support/dawn.ts';
import { RAGGED } from '../support/ragged-problem.ts';
import { accepted } from './expect-right.ts';

/** What is counted: the function through which a kernel loads or stores, and the bytes of one call. */
const COUNTED = {
  words: 16,
  scale_word: 4,
  activation4: 8,
  store4: 16,
} as const;

/** Bytes of the counts. */
const MOST_COUNTS = 20;

/** The module with a count of the calls of each function, in their order. */
function counted(wgsl: string, functions: readonly string[]): string {
  const declared = `@group(0) @binding(15) var<storage, read_write> calls : array<atomic<u32>, ${functions.length}>;\n`;
  return functions.reduce((code, name, i) => {
    const changed = code.replace(
      new RegExp(`fn ${name}\\(([^)]*)\\)([^{]*)\\{`),
      (head) => `${head}\n  atomicAdd(&calls[${i}], 1u);`,
    );
    if (changed === code) throw new Error(`the kernel has no ${name}`);
    return changed;
  }, wgsl + declared);
}

/** Runs a plan of one pass on zeros. @returns calls of each counted function */
async function countCalls(plan: KernelPlan, wgsl: string): Promise<readonly number[]> {
  const adapter = (await dawn().requestAdapter())!;
  const device = await adapter.requestDevice();
  const [pass] = plan.passes;
  const pipeline = await device.createComputePipelineAsync({
    layout: 'auto',
    compute: { module: device.createShaderModule({ code: wgsl }), entryPoint: pass!.entryPoint },
  });
  const calls = device.createBuffer({
    size: MOST_COUNTS,
    usage: BUFFER_USAGE.storage | BUFFER_USAGE.copySrc,
  });
  const entries = pass!.bindings.map(({ binding, role, access }) => {
    const usage = access === 'uniform' ? BUFFER_USAGE.uniform : BUFFER_USAGE.storage;
    const buffer = device.createBuffer({ size: plan.buffers[role]!, usage: usage | BUFFER_USAGE.copyDst });
    if (role === 'uniforms') device.queue.writeBuffer(buffer, 0, new Uint32Array([plan.problem.M, 0, 0, 0]));
    return { binding, resource: { buffer } };
  });
  const layout = pipeline.getBindGroupLayout(0);
  const bindGroup = device.createBindGroup({
    layout,
    entries: [...entries, { binding: 15, resource: { buffer: calls } }],
  });
  const read = device.createBuffer({ size: MOST_COUNTS, usage: BUFFER_USAGE.mapRead | BUFFER_USAGE.copyDst });
  const encoder = device.createCommandEncoder();
  const compute = encoder.beginComputePass();
  compute.setPipeline(pipeline);
  compute.setBindGroup(0, bindGroup);
  compute.dispatchWorkgroups(...pass!.dispatch);
  compute.end();
  encoder.copyBufferToBuffer(calls, 0, read, 0, MOST_COUNTS);
  device.queue.submit([encoder.finish()]);
  await read.mapAsync(MAP_READ);
  const counts = Array.from(new Uint32Array(read.getMappedRange()));
  device.destroy();
  return counts;
}

/** Bytes by function, and the parts of them that the criterion names. */
async function bytesMoved(
  plan: KernelPlan,
  wgsl: string,
  functions: Readonly<Record<string, number>> = COUNTED,
): Promise<{ readonly weights: number; readonly all: number }> {
  const counts = await countCalls(plan, counted(wgsl, Object.keys(functions)));
  const sizes = new Map(Object.entries(functions).map(([name, size], i) => [name, size * counts[i]!]));
  const sum = (names: Iterable<string>): number =>
    [...names].reduce((total, name) => total + (sizes.get(name) ?? 0), 0);
  return { weights: sum(['words', 'scale_word', 'zero_word']), all: sum(sizes.keys()) };
}

const plan = accepted(gemv.plan({ ...RAGGED, M: 1, N: 4096, K: 4096, activation: 'f16' }, {}, DEFAULT_CAPS));
const packed = 4096 * 4096 * (0.5 + 2 / 32);

test('the WGSL of a single token loads each packed byte once, and the activations once a workgroup', async () => {
  const { weights, all } = await bytesMoved(plan, plan.passes[0]!.shader.code);
  expect(weights / packed).toBeLessThanOrEqual(1.01);
  expect(weights).toBeGreaterThanOrEqual(packed);
  expect(all / (packed + 8192 + 16384)).toBeLessThanOrEqual(1.06);
  expect(all).toBe(plan.loaded);
});

test.each(['uint4', 'uint8'])('loads the stored zero points of %s once', async (element) => {
  const format = { ...RAGGED.format, element, zeroPoint: true };
  const bits = elementOf(format).bits;
  const stored = accepted(gemv.plan({ ...plan.problem, format }, {}, DEFAULT_CAPS));
  const code = stored.passes[0]!.shader.code;
  const { weights } = await bytesMoved(stored, code, { ...COUNTED, zero_word: 4 });
  const all = 4096 * 4096 * (bits / 8 + (2 + bits / 8) / 32);
  expect(weights).toBe(all);
});

test('the count tells a kernel that loads its scales twice', async () => {
  const { code } = plan.passes[0]!.shader;
  const twice = code.replace(/let q0g0w0 = (scale_word\([^;]*\));/, 'let q0g0w0 = $1 | ($1 & 1u);');
  expect(twice).not.toBe(code);
  expect((await bytesMoved(plan, twice)).weights / packed).toBeGreaterThan(1.01);
});
