import { FLOAT16_MAX } from '../base/float16.ts';
import { FLOAT32_MAX } from '../base/float32.ts';
import { ceilDiv } from '../base/integers.ts';
import { exactScales, RowDecoder } from '../formats/quantized.ts';
import { valueRange } from '../formats/value-range.ts';
import { finishedValue } from './epilogue-bound.ts';
import { sumsWholeWeights, usesHalf } from './half-bound.ts';
import { largestMagnitude } from './largest-magnitude.ts';
import type { Epilogue, OutputType, ProductInputs, Rounding } from './request.ts';
import { gamma, HALF_ROUNDOFF } from './unit-roundoff.ts';

/** A number of a product that is beyond the largest of the type which is to hold it. */
export interface Beyond {
  readonly type: 'f32' | 'f16';
  /**
   * `output`: Σ a·w, or what the epilogue makes of it. `sum`: Σ|a||w| over the terms of one partial sum in f16, which some order of
   * its terms may reach, with the roundings that they may meet; of values before their scale where the plan sums those. `weight`: an
   * operand.
   */
  readonly of: 'output' | 'sum' | 'weight';
  readonly value: number;
  /** Its row, but for a weight. */
  readonly m?: number;
  readonly n: number;
  /** Of a weight, or the first of a partial sum. */
  readonly k?: number;
}

/** What a product is computed by. */
export interface RangeRequest {
  readonly inputs: ProductInputs;
  readonly rounding: Rounding;
  readonly epilogue: Epilogue;
  readonly output: OutputType;
}

/** What rounding to f32 and back may add to a magnitude, generously. */
const SLACK = 1 + 2 ** -20;

/**
 * Finds a number of a product that its type cannot hold, from the inputs alone: whatever a kernel made of them, no result can be right
 * there. Nothing else excuses an overflow.
 *
 * Magnitudes tell most often that there is none: no weight is larger than its scale times the largest value, no sum than Σ|a| times
 * the largest weight of each k. Only sums that these leave open are computed, in f64.
 *
 * @yields the part done, 0 … 1, often enough to pause at.
 * @returns undefined where everything fits.
 */
export function* findBeyond(request: RangeRequest): Generator<number, Beyond | undefined> {
  return yield* new RangeCheck(request).run();
}

class RangeCheck {
  readonly #request: RangeRequest;
  readonly #decoder: RowDecoder;
  /** The largest |a|. */
  readonly #activation: number;
  /** No |w| is larger. */
  readonly #weight: number;
  readonly #bias: number;
  /** [K] */
  readonly #column: Float64Array;

  constructor(request: RangeRequest) {
    const { activations, weights, bias = [] } = request.inputs;
    this.#request = request;
    this.#decoder = new RowDecoder(weights.format, weights.K);
    this.#activation = largestMagnitude(activations);
    const { largest } = valueRange(weights.format);
    this.#weight =
      SLACK * (largestMagnitude(weights.scales) * largest + largestMagnitude(weights.mins ?? []));
    this.#bias = largestMagnitude(bias);
    this.#column = new Float64Array(weights.K);
  }

  *run(): Generator<number, Beyond | undefined> {
    return (yield* this.#weights()) ?? (yield* this.#sums()) ?? (yield* this.#outputs());
  }

  /** Whether sums in f16 are of weights, and not of values before their scale. */
  get #whole(): boolean {
    return sumsWholeWeights(this.#request.rounding, this.#request.inputs.weights.format);
  }

  *#weights(): Generator<number, Beyond | undefined> {
    const half = usesHalf(this.#request.rounding) && this.#whole;
    const most = half ? FLOAT16_MAX : FLOAT32_MAX;
    if (this.#weight <= most) return undefined;
    const { N, K } = this.#request.inputs.weights;
    for (let n = 0; n < N; n++) {
      yield n / N;
      const w = this.#weightsOf(n);
      for (let k = 0; k < K; k++) {
        if (Math.abs(w[k]!) > most) return { type: half ? 'f16' : 'f32', of: 'weight', value: w[k]!, n, k };
      }
    }
    return undefined;
  }

  *#sums(): Generator<number, Beyond | undefined> {
    const { rounding, inputs } = this.#request;
    const { halfTerms = 0, halfRoundings = 0 } = rounding;
    const most = FLOAT16_MAX / (1 + gamma(halfTerms + halfRoundings, HALF_ROUNDOFF));
    const { N, K, format } = inputs.weights;
    if (halfTerms === 0) return undefined;
    const factor = this.#whole ? this.#weight : valueRange(format).largest;
    if (Math.min(halfTerms, K) * this.#activation * factor <= most) return undefined;
    const spans = ceilDiv(K, halfTerms);
    const read = this.#whole ? (n: number) => this.#weightsOf(n) : (n: number) => this.#valuesOf(n);
    const sumOf = (i: number, w: Float64Array): number => {
      const from = (i % spans) * halfTerms;
      return this.#magnitude(Math.floor(i / spans), w, from, Math.min(from + halfTerms, K));
    };
    const largest = yield* this.#largestByDepth(read);
    const open = indices(inputs.M * spans, (i) => SLACK * sumOf(i, largest) > most);
    for (let n = 0; open.length > 0 && n < N; n++) {
      yield 0.5 + n / (2 * N);
      const w = read(n);
      const [value, i] = largestAt(open, (each) => sumOf(each, w));
      if (value <= most) continue;
      return { type: 'f16', of: 'sum', value, m: Math.floor(i / spans), n, k: (i % spans) * halfTerms };
    }
    return undefined;
  }

  *#outputs(): Generator<number, Beyond | undefined> {
    const { inputs, epilogue, output } = this.#request;
    const { M, activations, bias, weights } = inputs;
    const { N, K } = weights;
    const most = output === 'f16' ? FLOAT16_MAX : FLOAT32_MAX;
    if (K * this.#activation * this.#weight + this.#bias <= most) return undefined;
    const largest = yield* this.#largestByDepth((n) => this.#weightsOf(n));
    const open = indices(M, (m) => SLACK * (this.#magnitude(m, largest, 0, K) + this.#bias) > most);
    for (let n = 0; open.length > 0 && n < N; n++) {
      yield 0.5 + n / (2 * N);
      const w = this.#weightsOf(n);
      const valueOf = (m: number): number => {
        let sum = 0;
        for (let k = 0; k < K; k++) sum += activations[m * K + k]! * w[k]!;
        return Math.abs(sum) > FLOAT32_MAX ? sum : finishedValue(epilogue, sum, bias ? bias[n]! : 0);
      };
      const [magnitude, m] = largestAt(open, (each) => Math.abs(valueOf(each)));
      if (magnitude <= most) continue;
      const type = output === 'f16' && magnitude <= FLOAT32_MAX ? 'f16' : 'f32';
      return { type, of: 'output', value: valueOf(m), m, n };
    }
    return undefined;
  }

  /** Σ|a[m, k]|·|w[k]| over k from `from` to before `end`. */
  #magnitude(m: number, w: Float64Array, from: number, end: number): number {
    const { activations, weights } = this.#request.inputs;
    let sum = 0;
    for (let k = from; k < end; k++) sum += Math.abs(activations[m * weights.K + k]! * w[k]!);
    return sum;
  }

  /** The largest magnitude of each k over all columns, [K]. */
  *#largestByDepth(read: (n: number) => Float64Array): Generator<number, Float64Array> {
    const { N, K } = this.#request.inputs.weights;
    const largest = new Float64Array(K);
    for (let n = 0; n < N; n++) {
      yield n / (2 * N);
      const w = read(n);
      for (let k = 0; k < K; k++) largest[k] = Math.max(largest[k]!, Math.abs(w[k]!));
    }
    return largest;
  }

  /** Column `n` of the weights, [K], until the next one is read. */
  #weightsOf(n: number): Float64Array {
    const { weights } = this.#request.inputs;
    return this.#decode(n, { scales: exactScales(weights, n, n + 1), mins: weights.mins });
  }

  /** The same before scale and minimum. */
  #valuesOf(n: number): Float64Array {
    const { weights } = this.#request.inputs;
    return this.#decode(n, { scales: exactScales(weights, n, n + 1).fill(1), mins: undefined });
  }

  #decode(
    n: number,
    { scales, mins }: Pick<Parameters<RowDecoder['decode']>[0], 'scales' | 'mins'>,
  ): Float64Array {
    const { codes, zeros, K } = this.#request.inputs.weights;
    const groups = scales.length;
    const column = {
      codes: codes.subarray(n * K, (n + 1) * K),
      scales,
      zeros: zeros?.subarray(n * groups, (n + 1) * groups),
      mins: mins?.subarray(n * groups, (n + 1) * groups),
    };
    this.#decoder.decode(column, 0, this.#column);
    return this.#column;
  }
}

/** The whole numbers below `count` for which something holds. */
const indices = (count: number, holds: (i: number) => boolean): number[] =>
  Array.from({ length: count }, (_, i) => i).filter(holds);

/** The largest value, which is not negative, and where it is. */
function largestAt(places: readonly number[], valueOf: (i: number) => number): [value: number, i: number] {
  let found: [number, number] = [0, places[0]!];
  for (const i of places) {
    const value = valueOf(i);
    if (value > found[0]) found = [value, i];
  }
  return found;
}
