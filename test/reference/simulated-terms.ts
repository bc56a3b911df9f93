import { decodeFloat16 } from '../../src/base/float16.ts';
import { hash32 } from '../../src/base/random.ts';
import { elementValues } from '../../src/formats/element.ts';
import { decodeRoundings, elementOf, type WeightFormat } from '../../src/formats/format.ts';
import { assembleQuantized, type QuantizedWeights } from '../../src/formats/quantized.ts';
import { finiteCodes } from '../../src/reference/exact-codes.ts';
import type { ExactProblem } from '../../src/reference/exact-range.ts';
import { randomCodes } from '../../src/reference/exact-weights.ts';
import { OneTermCheck, type OneTermFindings } from '../../src/reference/one-term-check.ts';
import { OneTermData } from '../../src/reference/one-term-data.ts';
import { partsOf, type Round } from './simulated-decode.ts';

/** A product in which weights are decoded one by one in f32, but for what `changes` say. */
export function termsProblem(format: WeightFormat, changes: Partial<ExactProblem> = {}): ExactProblem {
  const K = changes.K ?? 256;
  return {
    ...{ M: 2, N: 20, K, format },
    ...{ activation: 'f32', accumulator: 'f32', epilogue: 'none', output: 'f32' },
    rounding: { terms: K, decodeRoundings: decodeRoundings(format), offset: 0, span: 0 },
    ...changes,
  };
}

/** One output, from a row of activations and column `n`. */
export type Kernel = (row: Float32Array, weights: QuantizedWeights, n: number) => number;

/** What a check on single terms finds in a kernel. */
export function checkKernel(problem: ExactProblem, kernel: Kernel, seed = 1): OneTermFindings {
  const { M, N, K, format } = problem;
  const data = new OneTermData(problem, seed);
  const codes = randomCodes(N * K, finiteCodes(elementValues(elementOf(format))), 3);
  const check = new OneTermCheck(problem, data, codes);
  const { rows, runs } = data.grid;
  for (let run = 0; run < runs; run++) {
    const made = data.run(run, ordinaryActivations(M, K));
    const { stored, zeros } = made.scales;
    const weights = assembleQuantized(format, N, K, codes, stored, zeros);
    const output = new Float32Array(M * N);
    for (const m of made.places.rows) {
      const row = made.activations.subarray(m * K, (m + 1) * K);
      for (let n = 0; n < N; n++) output[m * N + n] = kernel(row, weights, n);
    }
    check.check(run, made, output, [0, rows]);
  }
  return check.findings();
}

/** Positive halves: [M, K]. */
export const ordinaryActivations = (M: number, K: number): Float32Array<ArrayBuffer> =>
  Float32Array.from({ length: M * K }, (_, i) => decodeFloat16(0x3000 + (hash32(5, i) % 0xc00)));

/** What a fault makes of scales and activations before they are used. */
interface Fault {
  readonly scale?: Round;
  readonly activation?: Round;
}

/** Sums decoded weights times activations, each operation rounded. */
export const decoding =
  (round: Round, { scale: ofScale = same, activation: ofActivation = same }: Fault = {}): Kernel =>
  (row, weights, n) => {
    let sum = 0;
    row.forEach((a, k) => {
      if (a === 0) return;
      const { scale, value, min } = partsOf(weights, n, k, round);
      const product = round(ofScale(scale) * value);
      const w = weights.format.zeroPoint === 'min' ? round(product + min) : product;
      sum = round(sum + round(w * ofActivation(a)));
    });
    return sum;
  };

const same: Round = (exact) => exact;

/** A number rounded to so many significant bits, to the nearest. */
export const toBits =
  (bits: number): Round =>
  (value) => {
    if (value === 0) return 0;
    const unit = 2 ** (Math.floor(Math.log2(Math.abs(value))) - bits + 1);
    return Math.round(value / unit) * unit;
  };
