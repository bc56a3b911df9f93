import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Findings, mergeFindings, NO_FINDINGS } from '../../src/reference/findings.ts';
import { judge } from '../../src/reference/judge.ts';
import { Tally } from '../../src/reference/tally.ts';

/** Elements (m, n, got, expected, bound) compared by one tally. */
const tallied = (elements: readonly (readonly [number, number, number, number, number])[]): Findings => {
  const tally = new Tally();
  for (const element of elements) tally.compare(...element);
  return tally.findings();
};

describe('mergeFindings', () => {
  it('of nothing and something is something', () => {
    const some = tallied([[1, 2, 3, 4, 0.5]]);
    expect(mergeFindings(NO_FINDINGS, some)).toEqual(some);
    expect(mergeFindings(some, NO_FINDINGS)).toEqual(some);
  });

  it('of parts in any order is the findings of the whole', () => {
    const small = fc.integer({ min: -8, max: 8 });
    const element = fc.tuple(small, small, small, small, fc.constantFrom(1, 2, 4));
    fc.assert(
      fc.property(
        fc.uniqueArray(element, { maxLength: 12, selector: ([m, n]) => `${m},${n}` }),
        fc.nat(12),
        (all, cut) => {
          const a = tallied(all.slice(0, cut));
          const b = tallied(all.slice(cut));
          const whole = tallied(all);
          expect(mergeFindings(a, b)).toEqual(whole);
          expect(mergeFindings(b, a)).toEqual(whole);
        },
      ),
    );
  });
});

describe('judge', () => {
  it('passes what has no fault', () => {
    const verdict = judge(tallied([[0, 0, 2, 2, 1]]), 'bound', false, 1);
    expect(verdict).toMatchObject({ passed: true, mode: 'full', missProbability: 0, smallestDetectable: 0 });
    expect(verdict.firstWrong).toBeUndefined();
  });

  it.each([
    ['an unwritten element', { unwritten: 1 }],
    ['an element that is not finite', { nonFinite: 1 }],
    ['a row that its projection condemns', { mismatchedRows: 1, projectedRows: 4 }],
  ] as const)('condemns %s by itself', (_, fault) => {
    expect(judge({ ...NO_FINDINGS, ...fault }, 'exact', true, 16)).toMatchObject({
      passed: false,
      boundRatio: Infinity,
    });
  });

  it('normalises the mean squared error by the expected values', () => {
    // Errors 3 and 0, expected 6 and 8: 9 / 100.
    const found = tallied([
      [0, 0, 9, 6, 10],
      [0, 1, 8, 8, 10],
    ]);
    expect(judge(found, 'bound', false, 2).nmse).toBe(0.09);
    expect(judge(tallied([[0, 0, 1, 0, 10]]), 'bound', false, 1).nmse).toBe(Infinity);
  });

  it('names the worst element', () => {
    const found = tallied([
      [0, 5, 2, 1, 0.5],
      [4, 1, 9, 1, 0.5],
    ]);
    expect(judge(found, 'bound', false, 64).firstWrong).toEqual({ m: 4, n: 1, got: 9, expected: 1 });
  });

  it('states the chance of a miss by its mode', () => {
    expect(judge({ ...NO_FINDINGS, projectedRows: 9 }, 'exact', true, 81).missProbability).toBe(2 ** -20);
    // 4096 draws from 2²⁴ elements miss one of them with probability (1 − 2⁻²⁴)^4096 ≈ e^(−2⁻¹²).
    expect(judge(NO_FINDINGS, 'bound', true, 2 ** 24).missProbability).toBeCloseTo(Math.exp(-(2 ** -12)), 9);
  });
});
