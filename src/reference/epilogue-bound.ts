import { FLOAT16_MIN_NORMAL } from '../base/float16.ts';
import { FLOAT32_MIN_NORMAL } from '../base/float32.ts';
import { unreachable } from '../base/invariant.ts';
import type { Epilogue, OutputType } from './request.ts';
import { HALF_ROUNDOFF, UNIT_ROUNDOFF } from './unit-roundoff.ts';

/** 2·√(2/π), from GELU's tanh form: (1 + tanh y) / 2 = 1 / (1 + e⁻²ʸ). */
const GELU_FACTOR = 2 * Math.sqrt(2 / Math.PI);
const GELU_CUBE = 0.044715;

/** The largest |t| of e⁻ᵗ: shaders clamp it there. */
const LARGEST_EXPONENT = 80;

/** More than e⁻⁸⁰. */
const BEYOND_CLAMP = 2 ** -115;

/** The largest slopes are 1.12900 of GELU and 1.09984 of SiLU; the rest is for what follows from roundings of roundings. */
const LARGEST_SLOPE = 1.13;

/** Relative roundings of t: see {@link finishedBound}. */
const ROUNDINGS_OF_T = { gelu: 6, silu: 0 };

/** t of x / (1 + e⁻ᵗ). */
const exponentOf = (epilogue: 'gelu' | 'silu', x: number): number =>
  epilogue === 'silu' ? x : GELU_FACTOR * (x + GELU_CUBE * x * x * x);

/**
 * What a sum becomes, in f64.
 *
 * @param bias of the output's column.
 */
export function finishedValue(epilogue: Epilogue, sum: number, bias: number): number {
  switch (epilogue) {
    case 'none':
      return sum;
    case 'bias':
      return sum + bias;
    case 'gelu':
    case 'silu':
      return sum / (1 + Math.exp(-exponentOf(epilogue, sum)));
    default:
      return unreachable(epilogue);
  }
}

/**
 * The bound of an output, from the bound b of its sum x: |x̂ − x| ≤ b. With u = 2⁻²³, f the epilogue and C = f(x):
 *
 * **Bias.** x̂ + bias is rounded once: b + u·(|C| + b). A subnormal bias, or output, may be flushed: 2·2⁻¹²⁶. The f64 rounding
 * of C itself is 2⁻³⁰ of u·|C|.
 *
 * **GELU and SiLU**, x / (1 + e⁻ᵗ). The error of x̂ grows by the slope of f at most: 1.13·b. Then, each as a share of the
 * output: t is rounded r times (SiLU's is x; GELU's 0.044715·x³ has three products and half an ulp of the constant, the sum
 * one, the factor one and a half, and no term cancels: r = 6), which changes e⁻ᵗ by r·u·|t|; exp is right to 3 + 2·|t| ULP [1];
 * both count (1 − σ) times, σ = 1 / (1 + e⁻ᵗ) being how much of 1 + e⁻ᵗ is the 1; that sum is rounded once, the division is right
 * to 2.5 ULP [1]. Together ((1 − σ)·(3 + (2 + r)·|t|) + 3.5)·u. For t < 0 that is at most (6.5 + (2 + r)·|t|)·u; for t ≥ 0, where
 * (1 − σ)·t ≤ 0.28, it is at most 6.5·u. 8 in place of 6.5 has the terms of second order (|t| ≤ 80, so r·u·|t| < 2⁻¹⁴). The share
 * is of f(x̂), which differs from f(x) by what 1.13 leaves above the largest slope. A clamped t, |t| > 80, changes f by
 * |x|·e⁻⁸⁰ at most; flushes cost a few 2⁻¹²⁶.
 *
 * **f16 outputs.** The f32 value, off by the above, goes to either neighbour: 2⁻¹⁰ of it; a subnormal f16 may be flushed: 2⁻¹⁴.
 * What is beyond 65504 has no f16 and is wrong whatever is stored.
 *
 * [1] WGSL, "Floating point accuracy": https://www.w3.org/TR/WGSL/#floating-point-accuracy
 *
 * @param sum x, @param value what {@link finishedValue} gives for it, @param bound b.
 */
export function finishedBound(
  epilogue: Epilogue,
  output: OutputType,
  sum: number,
  value: number,
  bound: number,
): number {
  const inFloat32 = boundInFloat32(epilogue, sum, value, bound);
  if (output === 'f32') return inFloat32;
  return inFloat32 + HALF_ROUNDOFF * (Math.abs(value) + inFloat32) + FLOAT16_MIN_NORMAL;
}

function boundInFloat32(epilogue: Epilogue, sum: number, value: number, bound: number): number {
  switch (epilogue) {
    case 'none':
      return bound;
    case 'bias':
      return bound + biasRounding(Math.abs(value) + bound);
    case 'gelu':
    case 'silu': {
      const t = Math.min(Math.abs(exponentOf(epilogue, sum)), LARGEST_EXPONENT);
      const share = sum < 0 ? 8 + (2 + ROUNDINGS_OF_T[epilogue]) * t : 8;
      return (
        LARGEST_SLOPE * bound +
        share * UNIT_ROUNDOFF * Math.abs(value) +
        BEYOND_CLAMP * Math.abs(sum) +
        8 * FLOAT32_MIN_NORMAL
      );
    }
    default:
      return unreachable(epilogue);
  }
}

/** By how much an output grows with its sum x, in f64. */
export function finishedSlope(epilogue: Epilogue, sum: number): number {
  switch (epilogue) {
    case 'none':
    case 'bias':
      return 1;
    case 'gelu':
    case 'silu': {
      const share = 1 / (1 + Math.exp(-exponentOf(epilogue, sum)));
      const slope = epilogue === 'silu' ? 1 : GELU_FACTOR * (1 + 3 * GELU_CUBE * sum * sum);
      return share * (1 + (1 - share) * sum * slope);
    }
    default:
      return unreachable(epilogue);
  }
}

/** The most that a variance of sums grows by. */
export const finishedGrowth = (epilogue: Epilogue): number =>
  epilogue === 'gelu' || epilogue === 'silu' ? LARGEST_SLOPE ** 2 : 1;

/**
 * The variance of what an epilogue and storing as f16 add to the error of a sum, which grows by {@link finishedGrowth}: the bounds
 * of {@link finishedBound} squared, with a third for one rounding whatever its direction (u²/3 is the mean square of roundings that
 * all truncate). An exp is not taken for random: its errors are those of one function.
 *
 * @param sum x, @param value what {@link finishedValue} gives for it.
 */
export function finishedVariance(epilogue: Epilogue, output: OutputType, sum: number, value: number): number {
  const own =
    epilogue === 'bias'
      ? biasRounding(Math.abs(value)) ** 2 / 3
      : boundInFloat32(epilogue, sum, value, 0) ** 2;
  if (output === 'f32') return own;
  return own + (HALF_ROUNDOFF * value) ** 2 / 3 + Math.min(value * value, FLOAT16_MIN_NORMAL ** 2);
}

/** What adding a bias costs where the result is at most `magnitude`; see {@link finishedBound}. */
export const biasRounding = (magnitude: number): number =>
  (1 + 2 ** -20) * UNIT_ROUNDOFF * magnitude + 2 * FLOAT32_MIN_NORMAL;
