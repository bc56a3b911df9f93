import { FLOAT32_MIN_NORMAL } from '../base/float32.ts';
import { FLOAT16_MIN_NORMAL, roundToFloat16 } from '../base/float16.ts';
import { hash32, normal, uniformInteger } from '../base/random.ts';
import type { ActivationType } from '../kernels/problem.ts';

/** Tell these streams of random numbers from others drawn with the same seed. */
const VALUE_STREAM = 2;
const OUTLIER_STREAM = 3;
const BIAS_STREAM = 4;

/** Share of channels that are outliers, and how much larger they are: the kind that LLM.int8() (2022) reports. */
const OUTLIER_SHARE = 0.005;
const OUTLIER_FACTOR = 20;

/**
 * Draws standard normal activations. None is subnormal in its type, since GPUs may read such a value as zero: it is
 * drawn as zero.
 *
 * @param outliers makes 0.5 % of the channels (the same k in every row, at least one) 20 times as large.
 * @returns [M, K], rounded to f16 where that is the type; f32 where a GPU is to quantize them.
 */
export function drawActivations(
  seed: number,
  M: number,
  K: number,
  type: ActivationType,
  outliers: boolean,
): Float32Array<ArrayBuffer> {
  const stream = hash32(seed, VALUE_STREAM);
  const factors = new Float32Array(K).fill(1);
  if (outliers) for (const k of outlierChannels(seed, K)) factors[k] = OUTLIER_FACTOR;
  const values = new Float32Array(M * K);
  for (let i = 0; i < values.length; i++) values[i] = store(normal(stream, i) * factors[i % K]!, type);
  return values;
}

/** Draws a standard normal f32 bias for each of N columns, zero where it would be subnormal. @returns [N] */
export function drawBias(seed: number, N: number): Float32Array<ArrayBuffer> {
  const stream = hash32(seed, BIAS_STREAM);
  return Float32Array.from({ length: N }, (_, n) => store(normal(stream, n), 'f32'));
}

/** The channels that {@link drawActivations} makes outliers: distinct k, in no order. */
export function outlierChannels(seed: number, K: number): ReadonlySet<number> {
  const stream = hash32(seed, OUTLIER_STREAM);
  const count = Math.max(1, Math.round(K * OUTLIER_SHARE));
  const channels = new Set<number>();
  for (let i = 0; channels.size < count; i++) channels.add(uniformInteger(stream, i, 0, K - 1));
  return channels;
}

function store(value: number, type: ActivationType): number {
  const rounded = type === 'f16' ? roundToFloat16(value) : Math.fround(value);
  return Math.abs(rounded) < (type === 'f16' ? FLOAT16_MIN_NORMAL : FLOAT32_MIN_NORMAL) ? 0 : rounded;
}
