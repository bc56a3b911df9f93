import { groupSize } from '../../src/formats/format.ts';
import type { ProductInputs, Rounding } from '../../src/reference/request.ts';
import { decodeRounded, partsOf, type Round } from './simulated-decode.ts';

/** Puts numbers together to a sum, each addition rounded. */
type Order = (terms: Float64Array, round: Round) => number;

const pairwise: Order = (terms, round) => {
  if (terms.length === 1) return terms[0]!;
  const middle = terms.length >> 1;
  return round(pairwise(terms.subarray(0, middle), round) + pairwise(terms.subarray(middle), round));
};

/** Orders of summation. */
export const ORDERS: Readonly<Record<string, Order>> = {
  ascending: (terms, round) => terms.reduce((sum, term) => round(sum + term), 0),
  descending: (terms, round) => terms.reduceRight((sum, term) => round(sum + term), 0),
  pairwise,
};

/** The sum of some terms in one order. */
export const orderedSum = (terms: Float64Array, round: Round, order: Order): number => order(terms, round);

/** [M, N]: weights decoded from what is stored, one by one, each operation rounded. */
export function productRounded(
  { M, activations, weights }: ProductInputs,
  round: Round,
  order: Order,
): Float64Array {
  const { N, K } = weights;
  const decoded = decodeRounded(weights, round);
  const terms = new Float64Array(K);
  return Float64Array.from({ length: M * N }, (_, i) => {
    const [m, n] = [Math.floor(i / N), i % N];
    for (let k = 0; k < K; k++) terms[k] = round(activations[m * K + k]! * decoded[n * K + k]!);
    return order(terms, round);
  });
}

/**
 * [M, N]: raw codes with `offset` on them summed over spans, which end with groups; offset and zero point taken off, the
 * scale multiplied in and the minimum added once a span. Each operation is rounded.
 */
export function spanProduct(
  { M, activations, weights }: ProductInputs,
  { offset, span }: Rounding,
  round: Round,
  order: Order,
): Float64Array {
  const { N, K, format } = weights;
  const spans = cutAtGroups(K, span, groupSize(format, K));
  return Float64Array.from({ length: M * N }, (_, i) => {
    const [m, n] = [Math.floor(i / N), i % N];
    const sums = spans.map(([from, to]) => {
      const { scale, zero, step, min } = partsOf(weights, n, from, round);
      const a = Float64Array.from(activations.subarray(m * K + from, m * K + to));
      const raw = a.map((value, k) => round((partsOf(weights, n, from + k, round).raw + offset) * value));
      const all = order(a, round);
      const left = round(round(step * scale) * round(order(raw, round) - round((offset + zero) * all)));
      return format.zeroPoint === 'min' ? round(left + round(min * all)) : left;
    });
    return order(Float64Array.from(sums), round);
  });
}

/** 0 … K in spans of at most `span`, none of which reaches over the end of a group. */
function cutAtGroups(K: number, span: number, size: number): (readonly [from: number, to: number])[] {
  const cuts = Array.from({ length: K + 1 }, (_, k) => k).filter((k) => k === K || (k % size) % span === 0);
  return cuts.slice(1).map((to, i) => [cuts[i]!, to] as const);
}
