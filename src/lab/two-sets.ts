import { hash32 } from '../base/random.ts';
import type { Operands } from '../device/gpu.ts';
import { withOtherCodes, withOtherScales } from '../formats/other-scales.ts';
import type { KernelPlan } from '../kernels/plan.ts';
import { POISON_BITS } from '../reference/poison.ts';
import type { ProductInputs } from '../reference/request.ts';
import { secondOperands, uploadActivations } from './operands.ts';
import { type Subject, unlessLost } from './subject.ts';
import { inputsFor } from './verify.ts';

/** Tells the other scales from what else is drawn with the same seed. */
const SCALE_STREAM = 9;

/** The inputs of two products that timed dispatches compute in turn. */
export type TwoInputs = readonly [first: ProductInputs, second: ProductInputs];

/**
 * Two inputs for the dispatches of one experiment, neither of which it was verified on: other activations and other scales, so that
 * nothing that one dispatch computes is right for the next. They share the packed codes, so that a cache that holds one set holds
 * both; but not where a plan has room for all weights decoded, beside which they are small.
 */
export function twoInputs(subject: Subject): TwoInputs {
  const { seed } = subject.spec;
  const weights = withOtherScales(subject.weights, hash32(seed, SCALE_STREAM));
  return [
    inputsFor(subject, (seed + 1) >>> 0),
    {
      ...inputsFor(subject, (seed + 2) >>> 0),
      weights: sharesCodes(subject.loaded.plan) ? weights : withOtherCodes(weights),
    },
  ];
}

/** Whether the two inputs of a plan have the same codes. */
export const sharesCodes = ({ buffers }: Pick<KernelPlan, 'buffers'>): boolean =>
  buffers.expanded === undefined;

/** How two sets of operands were brought about. */
export type SecondSet =
  | {
      readonly kind: 'ready';
      /** Bytes that the second set has of its own. */
      readonly bytes: number;
    }
  | { readonly kind: 'failed'; readonly reason: string };

/**
 * Lets the dispatches of samples compute two products in turn, each sample over a pattern in all that they write. The weights of
 * the first must be in the buffers.
 *
 * @throws PlanError `lost`.
 */
export async function alternate({ loaded }: Subject, [first, second]: TwoInputs): Promise<SecondSet> {
  uploadActivations(loaded, first.activations);
  const operands = secondOperands(loaded.plan, second, sharesCodes(loaded.plan));
  try {
    await loaded.alternate(operands, POISON_BITS);
    return { kind: 'ready', bytes: bytesOf(operands) };
  } catch (cause) {
    return { kind: 'failed', reason: `${unlessLost(cause).message} Take a smaller product.` };
  }
}

const bytesOf = (operands: Operands): number =>
  [...operands.values()].reduce((sum, { byteLength }) => sum + byteLength, 0);
