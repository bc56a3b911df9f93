import type { QuantizedWeights } from '../formats/quantized.ts';
import type { Gpu, LoadedPlan } from '../device/gpu.ts';
import { PlanError } from '../device/plan-error.ts';
import type { Result } from '../io/record.ts';
import type { Spec } from '../io/spec.ts';
import { type KernelPlan, mainPass } from '../kernels/plan.ts';
import { planSpec } from './plan-spec.ts';
import type { QuantizedSource } from './quantized-source.ts';
import type { Report } from './reporter.ts';

/** What a result tells of how it came about, beside its verdict and its time. */
type Facts = Pick<Result, 'kernel' | 'quantization' | 'warnings'>;

/** An experiment that is ready to run on a device. */
export interface Subject {
  readonly kind: 'ready';
  readonly spec: Spec;
  /** Owned by whoever asked for the subject. */
  readonly loaded: LoadedPlan;
  readonly weights: QuantizedWeights;
  readonly facts: Facts;
}

/** An experiment that ended before it could run. */
export interface Ended {
  readonly kind: 'ended';
  readonly spec: Spec;
  readonly status: 'unsupported' | 'failed';
  /** For users. */
  readonly reason: string;
  readonly facts: Facts;
}

/**
 * Takes a spec as far as a loaded kernel.
 *
 * @throws PlanError `lost`, and nothing else of what a user or a device can do.
 */
export async function prepare(
  spec: Spec,
  gpu: Gpu,
  source: QuantizedSource,
  signal: AbortSignal,
  report: Report,
): Promise<Subject | Ended> {
  const end = (status: Ended['status'], reason: string, facts: Ended['facts'] = {}): Ended => ({
    kind: 'ended',
    spec,
    status,
    reason,
    facts,
  });
  const plan = planSpec(spec, gpu.caps);
  if (plan.kind === 'rejected') return end('unsupported', plan.constraint);
  // The driver compiles while the weights are made; what it refuses is told when they are there.
  const loading = Promise.allSettled([gpu.load(plan, spec.wgsl)]);
  let handedOver = false;
  try {
    report('weights', 0, spec.weights);
    const quantized = await source.get(spec).catch((cause: unknown) => messageOf(cause));
    if (typeof quantized === 'string') return end('failed', quantized);
    const { weights, quantization, warning } = quantized;
    const warnings = warning === undefined ? {} : { warnings: [warning] };
    signal.throwIfAborted();
    const kernel = await describeKernel(plan, spec.wgsl);
    report('compile', 0, plan.variant);
    const [outcome] = await loading;
    if (outcome.status === 'rejected') {
      const { code, message } = unlessLost(outcome.reason);
      const status = code === 'limit' ? 'unsupported' : 'failed';
      return end(status, message, { kernel, quantization, ...warnings });
    }
    const loaded = outcome.value;
    const facts = { kernel: { ...kernel, compileNs: loaded.compileNs }, quantization, ...warnings };
    handedOver = true;
    return { kind: 'ready', spec, loaded, weights, facts };
  } finally {
    if (!handedOver) void loading.then(destroyLoaded);
  }
}

const destroyLoaded = ([outcome]: readonly [PromiseSettledResult<LoadedPlan>]): void => {
  if (outcome.status === 'fulfilled') outcome.value.destroy();
};

/**
 * What a device could not do, the loss of the device excepted.
 *
 * @throws what was caught, where it is anything else.
 */
export function unlessLost(cause: unknown): PlanError {
  if (cause instanceof PlanError && cause.code !== 'lost') return cause;
  throw cause;
}

async function describeKernel(
  { variant, tile, passes, workgroupBytes }: KernelPlan,
  customText: string | undefined,
): Promise<NonNullable<Result['kernel']>> {
  const main = mainPass(passes);
  return {
    variant,
    params: tile,
    wgslSha256: await sha256(customText ?? main.shader.code),
    workgroups: passes.reduce((sum, { dispatch: [x, y, z] }) => sum + x * y * z, 0),
    workgroupSize: main.workgroupSize,
    workgroupBytes,
    compileNs: 0,
  };
}

async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** What an unknown rejection says. */
const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));
