import { FLOAT32_MIN_NORMAL } from '../base/float32.ts';
import { FLOAT16_MAX, FLOAT16_MIN_NORMAL, roundToFloat16 } from '../base/float16.ts';
import { invariant } from '../base/invariant.ts';
import { zeroCode } from './element.ts';
import { elementOf, groupCount, groupSize, type ScaleType, type WeightFormat } from './format.ts';
import type { QuantizedWeights } from './quantized.ts';

/** Weights that no format here can hold. The message is for users. */
export class UnquantizableError extends Error {
  override readonly name = 'UnquantizableError';
}

/** The grid of one group: w ≈ scale · (code − zero). */
interface Grid {
  readonly scale: number;
  readonly zero: number;
}

/**
 * Quantizes a weight matrix group by group. A group's scale is rounded to its storage type first; each code is then
 * w / scale against that rounded scale, to the nearest integer, ties to even, plus the zero point, clamped to the
 * element's range.
 *
 * - Signed, no zero point: scale = max |w| / (2^(bits − 1) − 1), so that +max is a code; the code below −max stays in use
 *   for values that round there.
 * - Unsigned, no zero point: scale = max w / (2^bits − 1); negative weights become 0.
 * - With zero point: scale = (max − min) / (2^bits − 1), zero = −min / scale, rounded and clamped to a code, where
 *   min and max include 0, so that 0 is always exact.
 *
 * A scale is zero (for a group whose grid needs none: its codes are the zero point) or a normal number of its type:
 * GPUs may read a subnormal as zero, so a smaller one is raised to the smallest normal; one too large is lowered to the
 * largest for which every code decodes to a finite f32, and the values beyond the grid clamp.
 *
 * @param values [N, K]
 * @throws UnquantizableError if a weight is NaN or infinite, naming it.
 */
export function quantize(values: Float32Array, N: number, K: number, format: WeightFormat): QuantizedWeights {
  invariant(
    values.length === N * K,
    `${String(values.length)} values for ${String(N)} × ${String(K)} weights`,
  );
  refuseNonFinite(values, K);
  const { bits } = elementOf(format);
  const size = groupSize(format, K);
  const groups = groupCount(format, K);
  const codes = new Uint8Array(N * K);
  const scales = new Float32Array(N * groups);
  const zeros = format.zeroPoint ? new Uint8Array(N * groups) : undefined;
  for (let n = 0; n < N; n++) {
    for (let g = 0; g < groups; g++) {
      const start = n * K + g * size;
      const end = n * K + Math.min((g + 1) * size, K);
      const grid = gridOf(values, start, end, format);
      scales[n * groups + g] = grid.scale;
      if (zeros) zeros[n * groups + g] = grid.zero;
      encodeGroup(values, codes, start, end, grid, 2 ** bits - 1);
    }
  }
  return { format, N, K, codes, scales, zeros };
}

function refuseNonFinite(values: Float32Array, K: number): void {
  const index = values.findIndex((value) => !Number.isFinite(value));
  if (index < 0) return;
  const [n, k] = [Math.floor(index / K), index % K];
  throw new UnquantizableError(
    `The weight at n = ${String(n)}, k = ${String(k)} is ${String(values[index])}: only finite weights can be quantized.`,
  );
}

function gridOf(values: Float32Array, start: number, end: number, format: WeightFormat): Grid {
  let low = 0;
  let high = 0;
  for (let i = start; i < end; i++) {
    const value = values[i]!;
    if (value < low) low = value;
    else if (value > high) high = value;
  }
  const element = elementOf(format);
  const top = 2 ** element.bits - 1;
  if (format.zeroPoint) {
    const scale = storedScale((high - low) / top, format.scale);
    const zero = scale === 0 ? 0 : Math.min(roundToEven(-low / scale), top);
    return { scale, zero };
  }
  const ideal = element.signed ? Math.max(high, -low) / (2 ** (element.bits - 1) - 1) : high / top;
  return { scale: storedScale(ideal, format.scale), zero: zeroCode(element) };
}

/** 255 · 2^120 is finite in f32, and no element has a code further than 255 from its zero. */
const FLOAT32_SCALE_MAX = 2 ** 120;

/** `ideal` rounded to the scale type; 0 or between the smallest normal and the largest usable scale. */
function storedScale(ideal: number, type: ScaleType): number {
  if (ideal === 0) return 0;
  if (type === 'f16') {
    return Math.min(Math.max(roundToFloat16(ideal), FLOAT16_MIN_NORMAL), FLOAT16_MAX);
  }
  return Math.min(Math.max(Math.fround(ideal), FLOAT32_MIN_NORMAL), FLOAT32_SCALE_MAX);
}

function encodeGroup(
  values: Float32Array,
  codes: Uint8Array,
  start: number,
  end: number,
  { scale, zero }: Grid,
  top: number,
): void {
  if (scale === 0) {
    codes.fill(zero, start, end);
    return;
  }
  for (let i = start; i < end; i++) {
    // The quotient of two f32 is never so near a tie that its rounding to f64 could make it one.
    const steps = values[i]! / scale;
    codes[i] = roundToEven(Math.min(Math.max(steps, -zero), top - zero)) + zero;
  }
}

/** Adding 1.5 · 2^52 leaves an f64 no bits for a fraction: the sum is rounded to an integer, ties to even. */
const ROUNDER = 1.5 * 2 ** 52;

/** `value` to the nearest integer, ties to even, for |value| < 2^51; branchless, unlike base/float16's. */
const roundToEven = (value: number): number => value + ROUNDER - ROUNDER;
