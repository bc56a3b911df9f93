import { quantize } from '../formats/quantize.ts';
import { relativeRmse } from '../formats/quantization-error.ts';
import { dequantize } from '../formats/dequantize.ts';
import { bitsPerWeight, formatName, type WeightFormat } from '../formats/format.ts';
import type { QuantizedWeights } from '../formats/quantized.ts';
import { randomWeights } from '../formats/random-weights.ts';
import type { Result } from '../io/record.ts';
import { isQuantized, type StoredMatrix, type WeightSource, WeightSourceError } from '../io/source.ts';
import { formatFields, formatOf, type Spec } from '../io/spec.ts';
import { clampWarning } from './clamp-warning.ts';
import { Recent } from './recent.ts';

/** Matrices before quantization that are kept: one, for trying formats on it. */
const MATRICES = 1;
/** Quantized matrices that are kept: enough to go back and forth between a few formats. */
const QUANTIZED = 4;

/** The weights of an experiment and what quantizing them cost. */
export interface Quantized {
  readonly weights: QuantizedWeights;
  readonly quantization: NonNullable<Result['quantization']>;
  /** What a reader should know of it, as a sentence. */
  readonly warning?: string | undefined;
}

/** Finds or draws the weights that specs name, and quantizes them; remembers the last few. */
export class QuantizedSource {
  readonly #source: WeightSource;
  readonly #matrices = new Recent<StoredMatrix>(MATRICES);
  readonly #quantized = new Recent<Quantized>(QUANTIZED);

  constructor(source: WeightSource) {
    this.#source = source;
  }

  /** @throws an Error with a message for users, where there are no such weights or they cannot be quantized. */
  get(spec: Spec): Promise<Quantized> {
    const origin = spec.weights === 'random' ? ['random', spec.seed] : [spec.weights];
    const key = JSON.stringify([origin, spec.n, spec.k]);
    const format = formatOf(spec);
    return this.#quantized.get(JSON.stringify([key, format]), async () => {
      return quantizeStored(await this.#matrices.get(key, () => this.#load(spec)), format);
    });
  }

  async #load({ weights, n, k, seed }: Spec): Promise<StoredMatrix> {
    if (weights === 'random') return { N: n, K: k, values: randomWeights(seed, n, k) };
    const matrix = await this.#source.load(weights);
    if (matrix.N === n && matrix.K === k) return matrix;
    throw new WeightSourceError(
      `${weights} is ${matrix.N} × ${matrix.K} (N × K), and the spec asks for ${n} × ${k}; leave n and k to the weights.`,
    );
  }
}

/** Takes weights as they are if they are of the format already; else quantizes them, or quantizes them again. */
function quantizeStored(matrix: StoredMatrix, format: WeightFormat): Quantized {
  const { N, K } = matrix;
  if (!isQuantized(matrix)) return quantizeValues(matrix.values, N, K, format);
  if (isSameFormat(matrix.format, format)) {
    return { weights: matrix, quantization: { bitsPerWeight: bitsPerWeight(format, K), relRmse: 0 } };
  }
  const quantized = quantizeValues(dequantize(matrix), N, K, format);
  const requantizedFrom = formatName(matrix.format);
  return { ...quantized, quantization: { ...quantized.quantization, requantizedFrom } };
}

function quantizeValues(values: Float32Array, N: number, K: number, format: WeightFormat): Quantized {
  const weights = quantize(values, N, K, format);
  const relRmse = relativeRmse(values, weights);
  return {
    weights,
    quantization: { bitsPerWeight: bitsPerWeight(format, K), relRmse },
    warning: clampWarning(values, weights, relRmse),
  };
}

/** Whether weights of one format are weights of the other: how scales were chosen does not matter. */
const isSameFormat = (a: WeightFormat, b: WeightFormat): boolean =>
  JSON.stringify(formatFields({ ...a, rule: 'amax' })) ===
  JSON.stringify(formatFields({ ...b, rule: 'amax' }));
