import { flushSubnormal } from '../base/float32.ts';
import { elementValues, type Element } from './element.ts';
import {
  elementOf,
  groupCount,
  groupSize,
  minType,
  parentIndex,
  scaleOf,
  storesZeroCodes,
  type WeightFormat,
} from './format.ts';
import { SCALE_TYPES } from './scale-type.ts';

/** Scales and minima as they are stored, before any layout. */
export interface StoredScales {
  /** [N, groups] codes of the format's scale type. */
  readonly scales: Uint32Array<ArrayBuffer>;
  /** [N, groups] codes of {@link minType}; present where the zero point is `min`. */
  readonly mins?: Uint32Array<ArrayBuffer> | undefined;
  /** [{@link parentCount}] values of the second level, in the order of {@link parentIndex}; present where there is one. */
  readonly parents?: Float32Array<ArrayBuffer> | undefined;
  /** As `parents`, of the minima of the second level `super`. */
  readonly parentMins?: Float32Array<ArrayBuffer> | undefined;
  /** What the second level `double` adds to each scale. */
  readonly offset?: number | undefined;
}

/** A quantized weight matrix in canonical form: codes and scales, before any layout. Plain data, cheap to transfer. */
export interface QuantizedWeights {
  readonly format: WeightFormat;
  readonly N: number;
  readonly K: number;
  /** [N, K], one code a byte. */
  readonly codes: Uint8Array<ArrayBuffer>;
  /** [N, groups], the second level multiplied in: each zero or a normal f32. */
  readonly scales: Float32Array<ArrayBuffer>;
  /** [N, groups], as stored, one code a byte; absent where the format stores no zero points. */
  readonly zeros: Uint8Array<ArrayBuffer> | undefined;
  /** [N, groups], added after scaling; absent unless the zero point is `min`. */
  readonly mins: Float32Array<ArrayBuffer> | undefined;
  readonly stored: StoredScales;
}

/** Puts a quantized matrix together, computing its scales and minima from what is stored. */
export function assembleQuantized(
  format: WeightFormat,
  N: number,
  K: number,
  codes: Uint8Array<ArrayBuffer>,
  stored: StoredScales,
  zeros?: Uint8Array<ArrayBuffer>,
): QuantizedWeights {
  return { format, N, K, codes, ...effectiveScales(format, N, K, stored), zeros, stored };
}

/** Scales and minima as weights are decoded with, each step rounded to f32: what WGSL computes. */
export function effectiveScales(
  format: WeightFormat,
  N: number,
  K: number,
  { scales: codes, mins: minCodes, parents, parentMins, offset = 0 }: StoredScales,
): Pick<QuantizedWeights, 'scales' | 'mins'> {
  const groups = groupCount(format, K);
  const { decode } = scaleOf(format);
  const decodeMin = SCALE_TYPES[minType(format)].decode;
  const scales = new Float32Array(N * groups);
  const mins = minCodes && new Float32Array(N * groups);
  for (let n = 0; n < N; n++) {
    for (let g = 0; g < groups; g++) {
      const i = n * groups + g;
      const parent = parentIndex(format, groups, n, g);
      const own = decode(codes[i]!);
      const scaled = parents ? Math.fround(own * parents[parent]!) : own;
      scales[i] = flushSubnormal(format.secondLevel === 'double' ? Math.fround(scaled + offset) : scaled);
      if (!mins) continue;
      const min = decodeMin(minCodes[i]!);
      mins[i] = flushSubnormal(parentMins ? -Math.fround(min * parentMins[parent]!) : min);
    }
  }
  return { scales, mins };
}

/** Decodes rows of one format; holds what does not depend on the row. */
export class RowDecoder {
  readonly #K: number;
  readonly #size: number;
  readonly #groups: number;
  readonly #values: Float64Array;
  readonly #step: number;
  readonly #zeroShift: number;

  constructor(format: WeightFormat, K: number) {
    const element = elementOf(format);
    this.#K = K;
    this.#size = groupSize(format, K);
    this.#groups = groupCount(format, K);
    this.#step = element.kind === 'linear' ? element.step : 1;
    // A stored zero point is taken off the code, so the element's own offset does not come in.
    this.#values = storesZeroCodes(format) ? codesTimesStep(element) : elementValues(element);
    this.#zeroShift = format.zeroPoint === 'minus-one' ? 1 : 0;
  }

  /** Decodes row `n` of [N, K] into `row` [K], exact in f64 (a minimum is added with one rounding to f64). */
  decode({ codes, scales, zeros, mins }: DecodableWeights, n: number, row: Float64Array): void {
    const values = this.#values;
    for (let g = 0; g < this.#groups; g++) {
      const i = n * this.#groups + g;
      const scale = scales[i]!;
      const zero = zeros ? this.#step * (zeros[i]! + this.#zeroShift) : 0;
      const min = mins ? mins[i]! : 0;
      const end = Math.min((g + 1) * this.#size, this.#K);
      const from = n * this.#K;
      for (let k = g * this.#size; k < end; k++) row[k] = scale * (values[codes[from + k]!]! - zero) + min;
    }
  }

  /** The weight of one code of group `g` of row `n`, as {@link decode} gives it. */
  decodeOne(
    { scales, zeros, mins }: Omit<DecodableWeights, 'codes'>,
    n: number,
    g: number,
    code: number,
  ): number {
    const i = n * this.#groups + g;
    const zero = zeros ? this.#step * (zeros[i]! + this.#zeroShift) : 0;
    return scales[i]! * (this.#values[code]! - zero) + (mins ? mins[i]! : 0);
  }
}

/** What decoding reads of {@link QuantizedWeights}. */
export type DecodableWeights = Pick<QuantizedWeights, 'codes' | 'scales' | 'zeros' | 'mins'>;

const codesTimesStep = (element: Element): Float64Array =>
  elementValues(element).map((_, code) => (element.kind === 'linear' ? element.step * code : NaN));
