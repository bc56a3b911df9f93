/** The smallest integer ≥ a / b, for integers a ≥ 0 and b > 0. */
export const ceilDiv = (a: number, b: number): number => Math.floor((a + b - 1) / b);

/** The smallest multiple of `step` that is ≥ `value`. */
export const roundUp = (value: number, step: number): number => ceilDiv(value, step) * step;

/** Whether `value` is 1, 2, 4, 8, … */
export const isPowerOfTwo = (value: number): boolean =>
  value >= 1 && 2 ** Math.round(Math.log2(value)) === value;

/** The greatest common divisor of two positive integers. */
export const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));

/** The integers 0 … count − 1. */
export const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
