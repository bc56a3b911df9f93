import { describe, expect, test } from 'vitest';
import { PRESETS } from '../../src/formats/presets.ts';
import { termsSay } from '../../src/lab/terms-say.ts';
import type { OneTermFindings } from '../../src/reference/one-term-check.ts';
import { termsProblem } from '../reference/simulated-terms.ts';
import { weightFormat } from '../support/weight-format.ts';

const WIDE: OneTermFindings = {
  judged: 2000,
  exact: 1500,
  outOfRange: 10,
  wrong: 0,
  worst: undefined,
  scales: 300,
  exponents: 40,
  places: 64,
  exactBits: 15,
  activationBits: 24,
};

const F16 = termsProblem(weightFormat(), { K: 4096 });
const MXFP4 = termsProblem(PRESETS['mxfp4']!.format, { K: 4096 });

describe('a check on single terms', () => {
  test('that was as wide as it is meant to be says what was seen, and nothing that was not', () => {
    expect(termsSay(WIDE, F16, 2)).toEqual({
      outcome: 'passed',
      says:
        'Where an output is a single product, it is as precise as the kernel declares: 300 scales of type f16 at 40 exponents, ' +
        'activations of up to 24 significant bits, and up to 15 bit for bit, at 64 places along K; 1,500 of 2,000 outputs bit for ' +
        'bit, the others within the roundings of one product.',
    });
  });

  // E8M0 has 255 codes that are numbers.
  test.each([
    [{ scales: 142 }, MXFP4, 'Not shown: 113 other scales of type e8m0.'],
    [
      { scales: 254, places: 8 },
      MXFP4,
      'Not shown: 1 other scale of type e8m0; other places along K, in 8 runs.',
    ],
    [{ scales: 36 }, F16, 'Not shown: 220 other scales of type f16.'],
    [{ exact: 0 }, { ...F16, epilogue: 'gelu' }, 'Not shown: what the roundings of gelu hide.'],
    [{ outOfRange: 2001 }, F16, 'Not shown: most products, which are out of range.'],
  ] as const)('that saw %o says what was not shown', (changes, problem, says) => {
    expect(termsSay({ ...WIDE, ...changes }, problem, 8).says).toContain(says);
  });

  test('of which nothing is in range was not made', () => {
    expect(termsSay({ ...WIDE, judged: 0, exact: 0 }, F16, 2).outcome).toBe('not made');
  });

  test('that failed tells the worst output, what it is made of, and how many are wrong', () => {
    const worst = {
      run: 1,
      m: 3,
      n: 5,
      k: 70,
      got: 2,
      expected: 2.5,
      ratio: 1234.5,
      scale: 0.25,
      activation: 10,
    };
    expect(termsSay({ ...WIDE, wrong: 40, worst }, F16, 2)).toEqual({
      outcome: 'failed',
      says:
        'Where an output is a single product, the kernel computes in less precision than it declares, or reads a scale wrong: ' +
        'at m = 3, n = 5 with one activation, 10 at k = 70, and the scale 0.25 it gave 2 for 2.5, 1,235 times what its roundings ' +
        'explain; 40 of 2,000 such outputs are wrong.',
    });
  });
});
