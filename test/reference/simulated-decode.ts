import { decodeElement } from '../../src/formats/element.ts';
import {
  elementOf,
  groupCount,
  groupSize,
  minType,
  parentIndex,
  scaleOf,
  storesZeroCodes,
} from '../../src/formats/format.ts';
import type { QuantizedWeights } from '../../src/formats/quantized.ts';
import { SCALE_TYPES } from '../../src/formats/scale-type.ts';

/** What one f32 operation makes of its exact result. */
export type Round = (exact: number) => number;

/** One weight taken apart: `scale · value + min`. */
export interface WeightParts {
  readonly scale: number;
  /** The element's value, zero point taken off. */
  readonly value: number;
  readonly min: number;
  /** The code, or the value of an element that is not evenly spaced: what a kernel sums that leaves the zero point on. */
  readonly raw: number;
  /** What is to be taken off `raw`, and what the difference is to be multiplied by, to make it `value`. */
  readonly zero: number;
  readonly step: number;
}

/**
 * Weight (n, k) from what is stored, by the format's definition alone: nothing of the canonical form's scales and minima.
 *
 * @param round each operation of the second level.
 */
export function partsOf(
  { format, N, K, codes, zeros, stored }: QuantizedWeights,
  n: number,
  k: number,
  round: Round,
): WeightParts {
  if (n >= N || k >= K) throw new RangeError(`no weight ${n}, ${k}`);
  const groups = groupCount(format, K);
  const g = Math.floor(k / groupSize(format, K));
  const i = n * groups + g;
  const parent = parentIndex(format, groups, n, g);
  const own = scaleOf(format).decode(stored.scales[i]!);
  const scaled = stored.parents ? round(own * stored.parents[parent]!) : own;
  const scale = stored.offset === undefined ? scaled : round(scaled + stored.offset);
  const ownMin = stored.mins ? SCALE_TYPES[minType(format)].decode(stored.mins[i]!) : 0;
  const min = stored.parentMins ? -round(ownMin * stored.parentMins[parent]!) : ownMin;
  const element = elementOf(format);
  const code = codes[n * K + k]!;
  if (element.kind !== 'linear') {
    const value = decodeElement(element, code);
    return { scale, value, min, raw: value, zero: 0, step: 1 };
  }
  const more = format.zeroPoint === 'minus-one' ? 1 : 0;
  const zero = storesZeroCodes(format) ? zeros![i]! + more : element.offset / element.step;
  return { scale, value: element.step * (code - zero), min, raw: code, zero, step: element.step };
}

/** Every weight, each operation rounded: [N, K]. */
export function decodeRounded(weights: QuantizedWeights, round: Round): Float64Array {
  const { N, K } = weights;
  return Float64Array.from({ length: N * K }, (_, i) => {
    const { scale, value, min } = partsOf(weights, Math.floor(i / K), i % K, round);
    const product = round(scale * value);
    return weights.format.zeroPoint === 'min' ? round(product + min) : product;
  });
}
