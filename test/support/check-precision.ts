import type { Gpu } from '../../src/device/gpu.ts';
import { drawActivations } from '../../src/io/activations.ts';
import type { Check } from '../../src/io/record.ts';
import type { WeightFormat } from '../../src/formats/format.ts';
import { PRESETS } from '../../src/formats/presets.ts';
import { plantFault } from '../../src/kernels/faults.ts';
import type { KernelPlan } from '../../src/kernels/plan.ts';
import { PRECISION_FAULTS } from '../../src/kernels/precision-faults.ts';
import type { GemmProblem } from '../../src/kernels/problem.ts';
import { type VariantId, VARIANTS } from '../../src/kernels/registry.ts';
import { checkTerms } from '../../src/lab/check-terms.ts';
import { DEFAULT_SPEC } from '../../src/io/spec.ts';
import { RAGGED } from './ragged-problem.ts';
import { asTaken, QUICK_TILES, rowsOf } from './variant-problem.ts';
import { weightFormat } from './weight-format.ts';
import { LocalPool } from '../../src/workers/local-pool.ts';

/** The check on single terms of a plan, without what a verification checks before and after it. */
export async function checkPrecision(gpu: Gpu, plan: KernelPlan): Promise<Check> {
  const { M, K, activation } = plan.problem;
  const loaded = await gpu.load(plan);
  try {
    const ordinary = drawActivations(5, M, K, activation, false);
    return await checkTerms(
      { spec: DEFAULT_SPEC, loaded },
      ordinary,
      undefined,
      { pool: new LocalPool(), signal: new AbortController().signal, report: () => undefined },
      [0, 1],
    );
  } finally {
    loaded.destroy();
  }
}

/** A fault of precision in a kernel, and what the kernel computes. */
interface PrecisionCase {
  readonly fault: string;
  readonly kernel: VariantId;
  readonly format?: WeightFormat;
  readonly problem?: Partial<GemmProblem>;
}

const preset = (name: string): WeightFormat => PRESETS[name]!.format;

/** Faults that passed for right at K = 4096, or at 160 where they say so, before single terms were checked. */
export const PRECISION_CASES: readonly PrecisionCase[] = [
  { fault: 'scales cut to a power of two', kernel: 'tiled', problem: { accumulator: 'f16' } },
  { fault: 'scales rounded to 3 bits', kernel: 'gemv' },
  { fault: 'activations rounded to 3 bits unless they are integers', kernel: 'gemv' },
  ...(['gemv', 'tiled'] as const).flatMap((kernel) => [
    { fault: 'activations rounded to bf16', kernel },
    { fault: 'activations rounded to tf32', kernel },
  ]),
  { fault: 'scales rounded to bf16', kernel: 'dp4a' },
  { fault: 'scales rounded to 5 bits', kernel: 'gemv-dp4a' },
  { fault: 'activations below 0.05 taken as 0', kernel: 'skinny' },
  { fault: 'subnormal scales twice too large', kernel: 'gemv', problem: { K: 160 } },
  {
    fault: 'subnormal scales twice too large',
    kernel: 'tiled',
    format: preset('nvfp4'),
    problem: { K: 160 },
  },
  { fault: 'scale codes that data rarely hold twice too large', kernel: 'gemv', format: preset('mxfp4') },
  { fault: 'scale codes that data rarely hold twice too large', kernel: 'tiled', format: preset('nvfp4') },
  { fault: 'sign of the scale dropped', kernel: 'dequant-dense' },
  { fault: 'sign of the scale dropped', kernel: 'naive', format: weightFormat({ scale: 'bf16' }) },
];

/** What the check says of a kernel, right and with a fault. */
export async function checkFault(
  gpu: Gpu,
  { fault, kernel, format, problem: changes }: PrecisionCase,
): Promise<{ readonly right: Check; readonly faulty: Check }> {
  const base = { ...RAGGED, M: rowsOf(kernel, 8), N: 36, K: 4096 };
  const problem = { ...asTaken(kernel, base), ...(format ? { format } : {}), ...changes };
  const plan = VARIANTS[kernel].plan(problem, QUICK_TILES[kernel] ?? {}, gpu.caps);
  if (plan.kind === 'rejected') throw new Error(plan.constraint);
  const planted = plantFault(
    plan,
    PRECISION_FAULTS.find(({ id }) => id === fault)!,
  );
  return { right: await checkPrecision(gpu, plan), faulty: await checkPrecision(gpu, planted) };
}
