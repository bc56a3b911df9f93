import { describe, expect, it } from 'vitest';
import { decodeFloat16 } from '../../src/base/float16.ts';
import { POISON_BITS } from '../../src/reference/poison.ts';
import { POISON } from '../support/poison.ts';
import { Tally, ulpOf } from '../../src/reference/tally.ts';

describe('ulpOf', () => {
  it.each([
    [1, 2 ** -23],
    [1.999, 2 ** -23],
    [-2, 2 ** -22],
    [2 ** 24, 2],
    [0, 2 ** -149],
    [2 ** -126, 2 ** -149],
    [2 ** -140, 2 ** -149],
  ])('at %d is %d', (value, ulp) => {
    expect(ulpOf(value)).toBe(ulp);
  });
});

describe('the poison', () => {
  it('is a large finite negative f32', () => {
    expect(Number.isFinite(POISON)).toBe(true);
    expect(POISON).toBeLessThan(-1e36);
    expect(new Uint32Array(Float32Array.of(POISON).buffer)[0]).toBe(POISON_BITS);
  });

  it('is one large finite f16 twice', () => {
    expect(POISON_BITS >>> 16).toBe(POISON_BITS & 0xffff);
    // 1 11110 1110101101: −(1 + 941/1024)·2¹⁵.
    expect(decodeFloat16(POISON_BITS)).toBe(-62880);
  });
});

describe('Tally', () => {
  it('counts what was never written and what is not finite', () => {
    const tally = new Tally();
    tally.scan(Float32Array.of(1, POISON, NaN, Infinity, POISON, -Infinity, 0));
    expect(tally.findings()).toMatchObject({ unwritten: 2, nonFinite: 3, compared: 0 });
  });

  it('counts f16 outputs that were never written one by one, and none that is the poison of an f32', () => {
    const tally = new Tally();
    tally.scan(Float32Array.of(1, -62880, 2, -62880, POISON), 'f16');
    expect(tally.findings()).toMatchObject({ unwritten: 2, nonFinite: 0 });
  });

  it('measures an error absolutely, relatively, in ulp and by its bound', () => {
    const tally = new Tally();
    tally.compare(0, 0, 4, 4, 0.5); // right
    tally.compare(0, 1, 3, 2, 2); // error 1 of bound 2: half its bound, 0.5 of 2, 2²² ulp of 2⁻²²
    expect(tally.findings()).toMatchObject({
      compared: 2,
      maxAbsError: 1,
      maxRelError: 0.5,
      maxUlp: 2 ** 22,
      squaredError: 1,
      squaredExpected: 20,
      boundRatio: 0.5,
      worst: undefined,
    });
  });

  it('blames an error just above its bound and not one at its bound', () => {
    const at = new Tally();
    at.compare(0, 0, 1.5, 1, 0.5);
    expect(at.findings().worst).toBeUndefined();
    const above = new Tally();
    above.compare(3, 7, 1.5 + 2 ** -20, 1, 0.5);
    expect(above.findings().worst).toMatchObject({ m: 3, n: 7, expected: 1 });
  });

  it.each([NaN, Infinity, -Infinity])('takes %d for infinitely wrong', (got) => {
    const tally = new Tally();
    tally.compare(1, 2, got, 5, 1e30);
    expect(tally.findings()).toMatchObject({ boundRatio: Infinity, maxAbsError: Infinity });
    expect(tally.findings().worst).toMatchObject({ m: 1, n: 2 });
  });

  it('asked for equality takes −0 for 0 and blames one ulp', () => {
    const tally = new Tally();
    tally.compare(0, 0, -0, 0, 0);
    expect(tally.findings()).toMatchObject({ boundRatio: 0, worst: undefined });
    tally.compare(0, 1, 1 + 2 ** -23, 1, 0);
    expect(tally.findings()).toMatchObject({ boundRatio: Infinity, maxUlp: 1 });
  });

  it('reports the element that exceeds its bound most, not the one with the largest error', () => {
    const tally = new Tally();
    tally.compare(0, 0, 110, 100, 5); // 2 × its bound
    tally.compare(0, 1, 1, 0, 0.1); // 10 × its bound
    expect(tally.findings().worst).toMatchObject({ m: 0, n: 1, ratio: 10 });
  });
});
