import { FLOAT16_MAX } from '../base/float16.ts';
import { FLOAT32_MAX } from '../base/float32.ts';
import type { KernelPlan } from '../kernels/plan.ts';
import { type Beyond, findBeyond } from '../reference/range-check.ts';
import type { ProductInputs } from '../reference/request.ts';
import { otherTasks } from './other-tasks.ts';

/** How long a search may hold the thread before other tasks have their turn. [ms] */
const SLICE_MS = 10;

/**
 * What of a plan's product is beyond the type that is to hold it, by its inputs alone.
 *
 * @throws the signal's reason once it aborts.
 */
export async function beyondRange(
  { problem: { epilogue, output }, numerics }: KernelPlan,
  inputs: ProductInputs,
  signal: AbortSignal,
): Promise<Beyond | undefined> {
  const search = findBeyond({ inputs, rounding: numerics, epilogue, output });
  let begun = performance.now();
  for (;;) {
    const { done, value } = search.next();
    if (done === true) return value;
    if (performance.now() - begun < SLICE_MS) continue;
    await otherTasks();
    signal.throwIfAborted();
    begun = performance.now();
  }
}

/** What does not fit, with its value, and what would: a sentence for users. */
export function beyondReason(beyond: Beyond, plan: KernelPlan): string {
  const { value, type } = beyond;
  const most = type === 'f16' ? String(FLOAT16_MAX) : short(FLOAT32_MAX);
  return `${subjectOf(beyond, plan)} ${short(value)}, beyond the largest ${type}, ${most}; ${wayOut(beyond, plan)}.`;
}

function subjectOf({ of, m, n, k }: Beyond, { numerics }: KernelPlan): string {
  switch (of) {
    case 'output':
      return `The product does not fit: at m = ${m!}, n = ${n} it is`;
    case 'sum':
      return `Sums do not fit: at m = ${m!}, n = ${n} the ${numerics.halfTerms} terms from k = ${k!} on may come to`;
    case 'weight':
      return `The weights do not fit: at n = ${n}, k = ${k!} one is`;
  }
}

function wayOut({ type, of }: Beyond, { problem, variant }: KernelPlan): string {
  if (type === 'f32') {
    return of === 'weight'
      ? 'take another scale, or make the weights smaller by a power of two'
      : 'make the weights smaller by a power of two, and the outputs larger again where they are used';
  }
  if (of === 'output') return 'take --output f32';
  if (problem.accumulator === 'f16') return 'take --acc f32';
  return variant === 'dequant-dense'
    ? 'take --set HALF=0'
    : 'take a kernel that multiplies f32 (--kernel tiled)';
}

const short = (value: number): string => String(Number(value.toPrecision(6)));
