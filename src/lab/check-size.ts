import type { Check } from '../io/record.ts';
import type { Verdict } from '../reference/verdict.ts';

/** Outputs of which fewer were compared tell nothing of the direction of their errors. */
const LEAST_FOR_DIRECTION = 64;

/** Whether the error as a whole is what the declared roundings make, as one of the checks. */
export function sizeOf(verdict: Verdict): Check {
  const check = 'size';
  const { precise, nmse, nmseExpected, oneWay, checkedElements } = verdict;
  if (verdict.firstWrong || verdict.unwritten > 0 || verdict.nonFinite > 0) {
    return {
      check,
      outcome: 'not made',
      says: 'Outputs that are wrong one by one leave nothing to tell of the rest',
    };
  }
  if (precise) {
    const says = `The error as a whole, NMSE ${figure(nmse)}, is what the declared roundings make (up to ${figure(nmseExpected)}).`;
    return { check, outcome: 'passed', says };
  }
  const direction =
    checkedElements >= LEAST_FOR_DIRECTION && oneWay > 0.5
      ? `, ${Math.round(100 * oneWay)} % of it one way, as a biased rounding or terms left out make it`
      : '';
  const says =
    `It computes in less precision than declared: the error as a whole is NMSE ${figure(nmse)}${direction}, and the declared ` +
    `roundings make at most ${figure(nmseExpected)}.`;
  return { check, outcome: 'failed', says };
}

/** Two significant digits. */
const figure = (nmse: number): string => (nmse === 0 ? '0' : nmse.toExponential(1));
