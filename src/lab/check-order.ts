import { hash32 } from '../base/random.ts';
import { permutedPlan } from '../kernels/permuted-plan.ts';
import { mainPass } from '../kernels/plan.ts';
import { type LaneOrder, orderWords } from '../kernels/wgsl-text/permute-lanes.ts';
import type { Check } from '../io/record.ts';
import { POISON_BITS } from '../reference/poison.ts';
import { checkText } from './check-text.ts';
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
 * @param right its outputs on those inputs; the inputs are exact, so that no bit may change. Or why there are none.
 */
export async function checkOrder(
  subject: Subject,
  right: Float32Array | string,
  signal: AbortSignal,
): Promise<Check> {
  const { loaded, spec } = subject;
  return checkText(subject, check, async (plan) => {
    if (typeof right === 'string') return { check, outcome: 'not made', says: right };
    const orders = ordersFor(mainPass(plan.passes).workgroupSize, spec.seed);
    const permuted = await loaded.beside(permutedPlan(plan));
    try {
      for (const order of orders) {
        signal.throwIfAborted();
        permuted.upload('lanes', orderWords(order));
        await permuted.run(POISON_BITS);
        const output = await permuted.readOutput();
        const at = output.findIndex((value, i) => value !== right[i]);
        if (at < 0) continue;
        const says = changed(order, at, plan.problem.N, right[at]!, output[at]!);
        return { check, outcome: 'failed', says };
      }
    } finally {
      permuted.destroy();
    }
    return { check, outcome: 'passed', says: unchanged(orders) };
  });
}

/** Orders of the lanes of a workgroup. */
function ordersFor(lanes: number, seed: number): readonly LaneOrder[] {
  const none = { factor: 1, offset: 0, fromEnd: false };
  const factor = FACTORS[hash32(seed, 21) % FACTORS.length]!;
  return [
    { ...none, name: 'reversed', fromEnd: true },
    // By whole subgroups, where there are several.
    { ...none, name: 'rotated', offset: lanes > 32 ? 32 : Math.ceil(lanes / 2) },
    { ...none, name: 'shuffled', factor, offset: hash32(seed, 22) % lanes },
  ];
}

const unchanged = (orders: readonly LaneOrder[]): string =>
  `It does not depend on the order in which the lanes of a workgroup run: with lanes ${orders.map(({ name }) => name).join(', ')}, ` +
  'no output on exact data changes.';

const changed = ({ name }: LaneOrder, at: number, N: number, right: number, got: number): string =>
  `With the lanes of each workgroup ${name}, outputs on exact data change: at m = ${Math.floor(at / N)}, n = ${at % N} ` +
  `from ${right} to ${got}.`;
