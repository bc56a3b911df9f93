import { dot } from './product.ts';

/**
 * What errors are in proportion to where all roundings of a sum go one way, in the order in which {@link alongProportions} takes them:
 * what is left on spans; the sum, as it comes into the output, which grows or shrinks as a whole; the bound, for errors of one sign.
 */
export const PROPORTIONS = ['left', 'sum', 'bound'] as const;

/** What is in proportion to the outputs of a check, one value an output; `left` is absent where nothing is left on spans. */
export interface Proportions {
  readonly left: Float64Array | undefined;
  readonly sum: Float64Array;
  readonly bound: Float64Array;
}

/** Something of each proportion. */
export type ByProportion = Readonly<Record<(typeof PROPORTIONS)[number], number>>;

/** The sum of two. */
export const addByProportion = (a: ByProportion, b: ByProportion): ByProportion => ({
  left: a.left + b.left,
  sum: a.sum + b.sum,
  bound: a.bound + b.bound,
});

/** Σ error², Σ error · each proportion, and Σ of each proportion times another: the upper triangle of a matrix [4, 4], row by row. */
export type SignedSums = readonly number[];

/** Of nothing. */
export const NO_SIGNED_SUMS: SignedSums = new Array<number>(10).fill(0);

/** @param errors got − expected, with their signs. */
export function signedSums(errors: Float64Array, { left, sum, bound }: Proportions): SignedSums {
  let [ee, es, eb, ss, sb, bb] = [0, 0, 0, 0, 0, 0];
  for (let i = 0; i < errors.length; i++) {
    const e = errors[i]!;
    const s = sum[i]!;
    const b = bound[i]!;
    ee += e * e;
    es += e * s;
    eb += e * b;
    ss += s * s;
    sb += s * b;
    bb += b * b;
  }
  const ofLeft = (values: Float64Array): number => (left ? dot(values, left) : 0);
  return [ee, ofLeft(errors), es, eb, left ? ofLeft(left) : 0, ofLeft(sum), ofLeft(bound), ss, sb, bb];
}

/** Sums of two disjoint parts together. */
export const mergeSignedSums = (a: SignedSums, b: SignedSums): SignedSums => a.map((sum, i) => sum + b[i]!);

/** A proportion of which this share is left once the others are taken out of it is one of them, and the rest is rounding. */
const NEAR = 1e-9;

/**
 * The squared error along each proportion: Σ error² less what remains of it at best beside β·left, then also γ·sum, then also
 * δ·bound. All 0 where an error is not finite.
 */
export function alongProportions(sums: SignedSums): ByProportion {
  const gram = symmetric(sums);
  const sizes = gram.map((row, i) => row[i]!);
  const finite = sums.every(Number.isFinite);
  // Gram–Schmidt by elimination: each takes its part out of the error and out of those that follow.
  const take = (i: number): number => {
    const pivot = gram[i]![i]!;
    if (!finite || !(pivot > NEAR * sizes[i]!)) return 0;
    const taken = gram[i]![0]! ** 2 / pivot;
    for (const j of [0, 1, 2, 3].filter((other) => other === 0 || other > i)) {
      const share = gram[j]![i]! / pivot;
      for (let k = 0; k < 4; k++) gram[j]![k]! -= share * gram[i]![k]!;
    }
    return taken;
  };
  return { left: take(1), sum: take(2), bound: take(3) };
}

/** The whole matrix of an upper triangle. */
function symmetric(sums: SignedSums): number[][] {
  const place = (i: number, j: number): number => (i * (7 - i)) / 2 + j;
  return [0, 1, 2, 3].map((i) => [0, 1, 2, 3].map((j) => sums[place(Math.min(i, j), Math.max(i, j))]!));
}
