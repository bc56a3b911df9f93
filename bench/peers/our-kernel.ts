import type { Gpu } from '../../src/device/gpu.ts';
import type { Verification } from '../../src/io/record.ts';
import type { Spec } from '../../src/io/spec.ts';
import { VARIANT_IDS } from '../../src/kernels/registry.ts';
import { planSpec } from '../../src/lab/plan-spec.ts';
import type { QuantizedSource } from '../../src/lab/quantized-source.ts';
import { prepare, type Subject } from '../../src/lab/subject.ts';
import { verify } from '../../src/lab/verify.ts';
import type { Sampler } from '../../src/measure/sampler.ts';
import { nanoseconds } from '../../src/base/units.ts';
import type { ReferencePool } from '../../src/reference/pool.ts';
import type { OurSide } from './peers-record.ts';

/** Samples of a candidate, after a first one that is thrown away. */
const TRIALS = 5;
/** A candidate that is slower than the best so far by this factor once is not run again. */
const HOPELESS = 4;

/** What choosing and checking a kernel needs. */
export interface KernelContext {
  readonly gpu: Gpu;
  readonly source: QuantizedSource;
  readonly pool: ReferencePool;
  readonly signal: AbortSignal;
  readonly tell: (step: string) => void;
}

/** Our fastest variant for a problem, verified; its last output is of the real data. */
export interface OurKernel {
  readonly kind: 'kernel';
  readonly subject: Subject;
  readonly verification: Verification;
  /** [M, N], the output that was verified. */
  readonly output: Float32Array;
  readonly candidates: OurSide['candidates'];
}

/** Why there is no kernel of ours: no variant takes the problem, or the fastest failed. */
export interface NoKernel {
  readonly kind: 'none' | 'failed';
  readonly reason: string;
}

/**
 * Chooses the fastest variant by a few times of each at its default tile, and verifies it.
 *
 * @param spec the problem; its kernel is not read.
 * @throws PlanError `lost`, or the signal's reason.
 */
export async function openOurKernel(spec: Spec, context: KernelContext): Promise<OurKernel | NoKernel> {
  const { gpu, pool, signal, tell } = context;
  const rejections: string[] = [];
  const candidates: { readonly variant: string; readonly ns: number }[] = [];
  for (const variant of VARIANT_IDS) {
    const plan = planSpec({ ...spec, kernel: variant }, gpu.caps);
    if (plan.kind === 'rejected') rejections.push(`${variant}: ${plan.constraint}`);
    // Operands rounded to f16 are another class of accuracy than f32.
    else if (spec.activation !== 'f16' && plan.numerics.halfRoundings > 0)
      rejections.push(`${variant}: rounds to f16`);
    else {
      tell(`trying ${variant}`);
      const best = Math.min(Infinity, ...candidates.map(({ ns }) => ns));
      const ns = await trial({ ...spec, kernel: variant }, best, context);
      if (typeof ns === 'number') candidates.push({ variant, ns });
      else rejections.push(`${variant}: ${ns}`);
    }
  }
  const [fastest] = candidates.sort((a, b) => a.ns - b.ns);
  if (!fastest) return { kind: 'none', reason: `No variant of ours takes it. ${rejections.join('; ')}.` };
  const subject = await open({ ...spec, kernel: fastest.variant }, context);
  if (subject.kind === 'ended') return { kind: 'failed', reason: subject.reason };
  tell(`verifying ${fastest.variant}`);
  const verification = await verify(subject, { pool, signal, report: () => undefined });
  return { kind: 'kernel', subject, verification, output: await subject.loaded.readOutput(), candidates };
}

const open = (spec: Spec, { gpu, source, signal }: KernelContext): ReturnType<typeof prepare> =>
  prepare(spec, gpu, source, signal, () => undefined);

/** The best time of one product [ns], of zeros; or why there is none. */
async function trial(spec: Spec, best: number, context: KernelContext): Promise<number | string> {
  const subject = await open(spec, context);
  if (subject.kind === 'ended') return subject.reason;
  const { loaded } = subject;
  try {
    loaded.upload('uniforms', new Uint32Array([spec.m, 0, 0, 0]));
    // Some drivers compile when a kernel is run first.
    await loaded.sample(1);
    let least = Infinity;
    for (let i = 0; i < TRIALS && (i === 0 || least <= HOPELESS * best); i++) {
      least = Math.min(least, (await loaded.sample(1)) ?? Infinity);
    }
    return least;
  } finally {
    loaded.destroy();
  }
}

/**
 * Times products of ours as those of peers are timed: each in a pass of its own, alone on an idle queue, with the same inputs each
 * time. Those of peers cannot alternate, for weights are constants of their sessions; ours does not where theirs does not.
 */
export const oneByOne = ({ loaded }: Subject): Sampler => ({
  sample: async (products) => {
    let total = 0;
    for (let i = 0; i < products; i++) total += (await loaded.sample(1)) ?? 0;
    return total > 0 ? nanoseconds(total) : undefined;
  },
});
