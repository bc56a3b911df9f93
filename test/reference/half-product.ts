import { groupSize } from '../../src/formats/format.ts';
import type { ProductInputs } from '../../src/reference/request.ts';
import { partsOf, type Round } from './simulated-decode.ts';

/** How a kernel computes in f16. */
export interface HalfKernel {
  /** Terms of a partial sum; 0 where only operands are f16. */
  readonly terms: number;
  /** Whether weights are decoded, scale and minimum included, before they become f16; else their values do. */
  readonly scaled: boolean;
}

/**
 * [M, N]: operands become f16, products and partial sums of `terms` neighbours along K (that end with groups) are f16, and
 * the scale, where it comes last, and all that follows is f32.
 *
 * @param half each operation in f16, @param single each in f32.
 */
export function halfProduct(
  { M, activations, weights }: ProductInputs,
  { terms, scaled }: HalfKernel,
  half: Round,
  single: Round,
): Float64Array {
  const { N, K, format } = weights;
  const size = groupSize(format, K);
  return Float64Array.from({ length: M * N }, (_, i) => {
    const [m, n] = [Math.floor(i / N), i % N];
    let total = 0;
    let partial = 0;
    let count = 0;
    for (let k = 0; k < K; k++) {
      const { scale, value, min } = partsOf(weights, n, k, single);
      const product = single(scale * value);
      const w = half(scaled ? (format.zeroPoint === 'min' ? single(product + min) : product) : value);
      const a = half(activations[m * K + k]!);
      if (terms === 0) {
        total = single(total + single(a * w));
        continue;
      }
      partial = half(partial + half(a * w));
      const ends = ++count === terms || (k + 1) % size === 0 || k + 1 === K;
      if (!ends) continue;
      total = single(total + single(partial * (scaled ? 1 : scale)));
      partial = 0;
      count = 0;
    }
    return total;
  });
}
