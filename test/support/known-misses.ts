import { exitCodeOf } from '../../bench/exit-code.ts';
import type { Gpu } from '../../src/device/gpu.ts';
import { DEFAULT_SPEC, parseSpec, type Spec } from '../../src/io/spec.ts';
import { plantFault } from '../faults/faults.ts';
import { mainPass } from '../../src/kernels/plan.ts';
import { PRECISION_FAULTS } from '../faults/precision-faults.ts';
import type { VariantId } from '../../src/kernels/registry.ts';
import { planSpec } from '../../src/lab/plan-spec.ts';
import { labOn } from '../lab/lab-on.ts';
import { QUICK_TILES, rowsOf } from './variant-problem.ts';

/** A kernel that was called right with each of these faults, and was not. */
export interface KnownMiss {
  readonly faults: readonly string[];
  /** K is that of a real layer, at which the bound of a sum has room for all of these, unless it says otherwise. */
  readonly spec: Partial<Spec> & { readonly kernel: VariantId };
}

/** Faults of precision and range that passed for right, bit for bit and within the bound, before single terms were checked. */
export const KNOWN_MISSES: readonly KnownMiss[] = [
  {
    faults: [
      'scales rounded to 3 bits',
      'activations rounded to 3 bits unless they are integers',
      'activations rounded to bf16',
      'activations rounded to tf32',
    ],
    spec: { kernel: 'gemv' },
  },
  {
    faults: ['activations rounded to bf16', 'activations rounded to tf32'],
    spec: { kernel: 'tiled' },
  },
  { faults: ['scales cut to a power of two'], spec: { kernel: 'tiled', accumulator: 'f16' } },
  { faults: ['scales rounded to bf16'], spec: { kernel: 'dp4a' } },
  { faults: ['scales rounded to 5 bits'], spec: { kernel: 'gemv-dp4a' } },
  { faults: ['activations below 0.05 taken as 0'], spec: { kernel: 'skinny' } },
  { faults: ['subnormal scales twice too large'], spec: { kernel: 'gemv', k: 160 } },
  {
    faults: ['subnormal scales twice too large'],
    spec: { kernel: 'tiled', k: 160, format: 'nvfp4' },
  },
  {
    faults: ['scale codes that data rarely hold twice too large'],
    spec: { kernel: 'gemv', format: 'mxfp4' },
  },
  {
    faults: ['scale codes that data rarely hold twice too large'],
    spec: { kernel: 'tiled', format: 'nvfp4' },
  },
  { faults: ['sign of the scale dropped'], spec: { kernel: 'dequant-dense' } },
  { faults: ['sign of the scale dropped'], spec: { kernel: 'naive', scale: 'bf16' } },
];

/** What a user is told of a kernel. */
export interface Told {
  readonly exitCode: number;
  /** The checks that it failed. */
  readonly failed: readonly string[];
  readonly reason: string;
}

/** What is said of a kernel as it is, and of a user's texts that are the kernel with a fault each. */
export async function attack(
  gpu: Gpu,
  { faults, spec: fields }: KnownMiss,
): Promise<{ readonly right: Told; readonly faulty: readonly Told[] }> {
  const { kernel } = fields;
  const spec = parseSpec({
    ...DEFAULT_SPEC,
    weights: 'random',
    m: rowsOf(kernel, 8),
    n: 36,
    k: 4096,
    ...(kernel.endsWith('dp4a') ? { activation: 'i8' } : {}),
    params: QUICK_TILES[kernel] ?? {},
    ...fields,
  });
  const plan = planSpec(spec, gpu.caps);
  if (plan.kind === 'rejected') throw new Error(plan.constraint);
  const right = await tell(gpu, spec);
  const faulty: Told[] = [];
  for (const id of faults) {
    const fault = PRECISION_FAULTS.find((each) => each.id === id)!;
    const wgsl = mainPass(plantFault(plan, fault).passes).shader.code;
    faulty.push(await tell(gpu, { ...spec, wgsl }));
  }
  return { right, faulty };
}

async function tell(gpu: Gpu, spec: Spec): Promise<Told> {
  const lab = labOn(() => Promise.resolve(gpu));
  const result = await lab.verify(spec, new AbortController().signal, () => undefined);
  const { checks = [] } = result.verification ?? {};
  return {
    exitCode: exitCodeOf(result, 'is-failure'),
    failed: checks.filter(({ outcome }) => outcome === 'failed').map(({ check }) => check),
    reason: result.reason ?? '',
  };
}
