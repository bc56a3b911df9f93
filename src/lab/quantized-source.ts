import { quantize } from '../formats/quantize.ts';
import { relativeRmse } from '../formats/quantization-error.ts';
import { bitsPerWeight } from '../formats/format.ts';
import type { QuantizedWeights } from '../formats/quantized.ts';
import { randomWeights } from '../formats/random-weights.ts';
import type { Result } from '../io/record.ts';
import { type Matrix, type WeightSource, WeightSourceError } from '../io/source.ts';
import { formatOf, type Spec } from '../io/spec.ts';
import { Recent } from './recent.ts';

/** Matrices before quantization that are kept: one, for trying formats on it. */
const MATRICES = 1;
/** Quantized matrices that are kept: enough to go back and forth between a few formats. */
const QUANTIZED = 4;

/** The weights of an experiment and what quantizing them cost. */
export interface Quantized {
  readonly weights: QuantizedWeights;
  readonly quantization: NonNullable<Result['quantization']>;
}

/** Finds or draws the weights that specs name, and quantizes them; remembers the last few. */
export class QuantizedSource {
  readonly #source: WeightSource;
  readonly #matrices = new Recent<Matrix>(MATRICES);
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
      const { values, N, K } = await this.#matrices.get(key, () => this.#load(spec));
      const weights = quantize(values, N, K, format);
      return {
        weights,
        quantization: { bitsPerWeight: bitsPerWeight(format, K), relRmse: relativeRmse(values, weights) },
      };
    });
  }

  async #load({ weights, n, k, seed }: Spec): Promise<Matrix> {
    if (weights === 'random') return { N: n, K: k, values: randomWeights(seed, n, k) };
    const matrix = await this.#source.load(weights);
    if (matrix.N === n && matrix.K === k) return matrix;
    throw new WeightSourceError(
      `${weights} is ${matrix.N} × ${matrix.K} (N × K), and the spec asks for ${n} × ${k}; leave n and k to the weights.`,
    );
  }
}
