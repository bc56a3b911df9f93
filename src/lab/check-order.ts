import { hash32 } from '../base/random.ts';
import { permutedPlan } from '../kernels/permuted-plan.ts';
import { mainPass } from '../kernels/plan.ts';
import { type LaneOrder, orderWords } from '../kernels/wgsl-text/permute-lanes.ts';
import type { Check } from '../io/record.ts';
import { POISON_BITS } from '../reference/poison.ts';
import { checkText, firstChange, type RightOutput, whyUnlike } from './check-text.ts';
import type { Subject } from './subject.ts';

const check = 'order';

/** Primes above the 1024 lanes that a workgroup may have, and so coprime to all their numbers. */
const FACTORS = [1031, 1033, 1039, 1049, 1051, 1061, 1063, 1069] as const;

/**
 * Runs a kernel with its lanes in other orders, on the inputs that are in its buffers.
 *
 * A software adapter runs the lanes of a workgroup one after the other, from barrier to barrier and always in the same order, so
 * that a kernel which needs that order is right there each time, and wrong elsewhere. Here another lane does each lane's work.
 *
 * @param right its outputs on those inputs. Where they are exact, no bit may change; nor where they are not known: whichever lane does it,
 * a piece of work is rounded alike, but for sums by atomics.
 */
export async function checkOrder(subject: Subject, right: RightOutput, signal: AbortSignal): Promise<Check> {
  const { loaded, spec } = subject;
  return checkText(subject, check, async (plan) => {
    if (right.kind === 'wrong') return { check, outcome: 'not made', says: right.says };
    const unlike = whyUnlike(plan, right);
    if (unlike !== undefined) return { check, outcome: 'not made', says: unlike };
    const orders = ordersFor(mainPass(plan.passes).workgroupSize, spec.seed);
    const permuted = await loaded.beside(permutedPlan(plan));
    const inOrder = async (order: LaneOrder): Promise<Float32Array<ArrayBuffer>> => {
      signal.throwIfAborted();
      permuted.upload('lanes', orderWords(order));
      await permuted.run(POISON_BITS);
      return permuted.readOutput();
    };
    try {
      const before = right.kind === 'exact' ? right.output : await inOrder(AS_THEY_ARE);
      for (const order of orders) {
        const change = firstChange(before, await inOrder(order));
        if (change) return { check, outcome: 'failed', says: changed(order, plan.problem.N, change) };
      }
    } finally {
      permuted.destroy();
    }
    return { check, outcome: 'passed', says: unchanged(orders) };
  });
}

const AS_THEY_ARE: LaneOrder = { name: 'as they are', factor: 1, offset: 0, fromEnd: false };

/** Orders of the lanes of a workgroup. */
function ordersFor(lanes: number, seed: number): readonly LaneOrder[] {
  const factor = FACTORS[hash32(seed, 21) % FACTORS.length]!;
  return [
    { ...AS_THEY_ARE, name: 'reversed', fromEnd: true },
    // By whole subgroups, where there are several.
    { ...AS_THEY_ARE, name: 'rotated', offset: lanes > 32 ? 32 : Math.ceil(lanes / 2) },
    { ...AS_THEY_ARE, name: 'shuffled', factor, offset: hash32(seed, 22) % lanes },
  ];
}

const unchanged = (orders: readonly LaneOrder[]): string =>
  `It does not depend on the order in which the lanes of a workgroup run: with lanes ${orders.map(({ name }) => name).join(', ')}, ` +
  'no output changes.';

const changed = (
  { name }: LaneOrder,
  N: number,
  { at, from, to }: NonNullable<ReturnType<typeof firstChange>>,
): string =>
  `With the lanes of each workgroup ${name}, outputs change: at m = ${Math.floor(at / N)}, n = ${at % N} from ${from} to ${to}.`;
