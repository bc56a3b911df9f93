import { FLOAT16_MAX, FLOAT16_MIN_NORMAL } from '../base/float16.ts';
import { elementOf, minType, scaleOf, type WeightFormat } from './format.ts';
import { GroupRanges } from './group-ranges.ts';
import { type QuantizedWeights, RowDecoder } from './quantized.ts';
import { elementEnds, idealScaler, type Range } from './scale-rules.ts';
import { SCALE_TYPES, type ScaleCodec } from './scale-type.ts';

/** Groups that ask for a scale, or a minimum, which the format cannot store: it got the nearest one that can be. */
export interface ClampedScales {
  /** Which end of what can be stored they lie beyond; of both, the one that costs more. */
  readonly end: 'large' | 'small';
  readonly groups: number;
  /** Of all groups of the matrix. */
  readonly of: number;
  /** What these groups lost, √(Σ(w − ŵ)² of them / Σw² of all): their part of `relativeRmse`. */
  readonly lost: number;
}

/**
 * The groups of a quantized matrix whose scales were clamped.
 *
 * @param values [N, K] the weights before quantization.
 * @returns undefined where there is none.
 */
export function clampedScales(values: Float32Array, weights: QuantizedWeights): ClampedScales | undefined {
  const { format, N, K } = weights;
  const ranges = new GroupRanges(values, N, K, format);
  const beyond = beyondEnds(format);
  const ends = Array.from({ length: ranges.count }, (_, i) => beyond(ranges.rangeOf(i)));
  if (!ends.some((end) => end !== undefined)) return undefined;
  const lost = { large: 0, small: 0 };
  const groups = { large: 0, small: 0 };
  const decoder = new RowDecoder(format, K);
  const row = new Float64Array(K);
  const total = values.reduce((sum, value) => sum + value * value, 0);
  const perRow = ranges.count / N;
  for (let n = 0; n < N; n++) {
    decoder.decode(weights, n, row);
    for (let i = n * perRow; i < (n + 1) * perRow; i++) {
      const end = ends[i];
      if (end === undefined) continue;
      groups[end]++;
      for (let at = ranges.startOf(i); at < ranges.endOf(i); at++) {
        lost[end] += (values[at]! - row[at - n * K]!) ** 2;
      }
    }
  }
  const end = lost.small > lost.large ? 'small' : 'large';
  return { end, groups: groups[end], of: ranges.count, lost: Math.sqrt(lost[end] / total) };
}

/** Tells beyond which end of what a format can store the scale or the minimum lies that the weights of a range ask for. */
function beyondEnds(format: WeightFormat): (range: Range) => ClampedScales['end'] | undefined {
  const ideal = idealScaler(format);
  const ends = storedScales(format);
  const largestMin = format.zeroPoint === 'min' ? storedMax(format, SCALE_TYPES[minType(format)]) : Infinity;
  const lowest = elementEnds(elementOf(format)).low;
  return (range) => {
    const scale = ideal(range);
    if (scale > ends.high || Math.abs(range.low - scale * lowest) > largestMin) return 'large';
    return scale > 0 && scale < ends.low ? 'small' : undefined;
  };
}

/** Below every scale and above it: types of scales round them to the smallest and the largest that they have. */
const [TINY, HUGE] = [Number.MIN_VALUE, Number.MAX_VALUE];

/** The least scale above 0 and the largest one that a format can store, an f32 of a second level at its best. */
function storedScales(format: WeightFormat): Range {
  const own: ScaleCodec = scaleOf(format);
  switch (format.secondLevel) {
    case 'none':
      return { low: own.decode(own.encode(TINY)), high: storedMax(format, own) };
    case 'super':
      // ggml's own quantizers store subnormals.
      return { low: format.rule === 'ggml' ? 2 ** -24 : FLOAT16_MIN_NORMAL, high: storedMax(format, own) };
    case 'tensor':
    case 'double':
      return { low: 0, high: SCALE_TYPES.f32.decode(SCALE_TYPES.f32.encode(HUGE)) };
  }
}

/** The largest value of a type, times the largest f16 where it counts multiples of one. */
const storedMax = ({ secondLevel }: WeightFormat, { decode, encode }: ScaleCodec): number =>
  decode(encode(HUGE)) * (secondLevel === 'super' ? FLOAT16_MAX : 1);
