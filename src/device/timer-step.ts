/** Distinct readings below which a step is a guess: a common divisor of few differences is often too large. */
const ENOUGH = 8;

/**
 * The step of a clock: the greatest common divisor of the differences of its readings, so 65,536 where a browser clears
 * the low 16 bits. A clock whose period is no whole number of nanoseconds gives 1.
 *
 * @param readings [ns], in any order, with repeats.
 * @returns [ns], or `undefined` if fewer than eight readings differ.
 */
export function timerStep(readings: readonly bigint[]): number | undefined {
  const distinct = [...new Set(readings)];
  if (distinct.length < ENOUGH) return undefined;
  let step = 0n;
  for (const reading of distinct) step = greatestCommonDivisor(step, reading - distinct[0]!);
  return Number(step);
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  let [x, y] = [a < 0n ? -a : a, b < 0n ? -b : b];
  while (y > 0n) [x, y] = [y, x % y];
  return x;
}
