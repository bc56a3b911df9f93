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
  /** [N, groups], the second level multiplied in: each zero or a normal f32, or the 2⁻¹²⁷ of E8M0. */
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

/** Scales and minima as the format defines them, each step of a second level rounded to f32. */
export function effectiveScales(
  format: WeightFormat,
  N: number,
  K: number,
  stored: StoredScales,
): Pick<QuantizedWeights, 'scales' | 'mins'> {
  const groups = groupCount(format, K);
  const { mins: minCodes, parentMins } = stored;
  const decodeMin = SCALE_TYPES[minType(format)].decode;
  const scales = new Float32Array(N * groups);
  fillScales(scales, format, groups, 0, stored, Math.fround);
  const mins =
    minCodes &&
    Float32Array.from(minCodes, (code, i) => {
      const parent = parentIndex(format, groups, Math.floor(i / groups), i % groups);
      const min = decodeMin(code);
      return flushSubnormal(parentMins ? -Math.fround(min * parentMins[parent]!) : min);
    });
  return { scales, mins };
}

/**
 * The scales of columns `first … end − 1` as a verdict takes them, [end − first, groups]: a second level's product, which f32 does not
 * hold, is exact in f64, and its sum with an offset rounded there. What repeated the roundings of f32 would not see those of a
 * kernel.
 */
export function exactScales(
  { format, K, scales, stored }: QuantizedWeights,
  first: number,
  end: number,
): ScaleArray {
  const groups = groupCount(format, K);
  if (!roundsScales(format)) return scales.slice(first * groups, end * groups);
  const exact = scaleArray(format, (end - first) * groups);
  fillScales(exact, format, groups, first, stored, (value) => value);
  return exact;
}

/** Scales of groups; in f64 where f32 would round them. */
export type ScaleArray = Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>;

/** Room for `length` of {@link exactScales}. */
export const scaleArray = (format: WeightFormat, length: number): ScaleArray =>
  roundsScales(format) ? new Float64Array(length) : new Float32Array(length);

/** Whether a second level's scales have more bits than f32; a multiple of an f16 has at most 19. */
const roundsScales = ({ secondLevel, scale }: WeightFormat): boolean =>
  secondLevel === 'double' || (secondLevel === 'tensor' && scale !== 'one');

/** Decodes scales from column `first` on, as many as there is room for. @param round each step of a second level. */
function fillScales(
  scales: ScaleArray,
  format: WeightFormat,
  groups: number,
  first: number,
  { scales: codes, parents, offset = 0 }: StoredScales,
  round: (value: number) => number,
): void {
  const { decode } = scaleOf(format);
  for (let i = 0; i < scales.length; i++) {
    const n = first + Math.floor(i / groups);
    const g = i % groups;
    const own = decode(codes[n * groups + g]!);
    if (!parents) {
      scales[i] = own;
      continue;
    }
    const scaled = round(own * parents[parentIndex(format, groups, n, g)]!);
    scales[i] = flushSubnormal(format.secondLevel === 'double' ? round(scaled + offset) : scaled);
  }
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

  /** Decodes row `n` of [N, K] into `row` [K], exact in f64 (a minimum, and a value times a scale of f64, with one rounding there). */
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

/** What decoding reads of {@link QuantizedWeights}; the scales may be those of a verdict. */
export interface DecodableWeights extends Pick<QuantizedWeights, 'codes' | 'zeros' | 'mins'> {
  readonly scales: ScaleArray;
}

const codesTimesStep = (element: Element): Float64Array =>
  elementValues(element).map((_, code) => (element.kind === 'linear' ? element.step * code : NaN));
