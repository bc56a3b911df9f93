import type { Outcome } from './disagreement.ts';

/** Longer decimals than this are shown in another way. */
const LONGEST = 10;

/** An outcome as text; a zero has no sign, a long number is m·2^k where that is exact, else to nine digits. */
export function outcomeText(outcome: Outcome): string {
  if (typeof outcome === 'string') return outcome;
  if (Number.isNaN(outcome)) return 'NaN';
  if (!Number.isFinite(outcome)) return outcome < 0 ? '-Inf' : 'Inf';
  if (outcome === 0) return '0';
  const plain = String(outcome);
  return plain.length <= LONGEST
    ? plain
    : (powerOfTwoText(outcome) ?? String(Number(outcome.toPrecision(9))));
}

function powerOfTwoText(value: number): string | undefined {
  let odd = Math.abs(value);
  let exponent = 0;
  while (odd % 1 !== 0) {
    odd *= 2;
    exponent--;
  }
  while (odd % 2 === 0) {
    odd /= 2;
    exponent++;
  }
  if (odd > 255) return undefined;
  return `${value < 0 ? '-' : ''}${odd === 1 ? '' : `${String(odd)}·`}2^${String(exponent)}`;
}
