import { describe, expect, test } from 'vitest';
import { formatBytes, formatPercent, formatTime, plural, significant } from '../../src/ui/figures.ts';

describe('significant', () => {
  test.each([
    [0, '0'],
    [312.34, '312'],
    [5.0361, '5.04'],
    [0.02134, '0.0213'],
    [51234.5, '51,235'],
    [-1.5, '-1.50'],
    [2 ** -20, '9.54 × 10⁻⁷'],
    [1.5e12, '1.50 × 10¹²'],
    [1e308, 'not finite'],
    [Number.NaN, 'not finite'],
    [Number.NEGATIVE_INFINITY, 'not finite'],
  ])('writes %d as %s', (value, text) => {
    expect(significant(value)).toBe(text);
  });
});

describe('units', () => {
  test.each([
    [1, '1.00 ns'],
    [999, '999 ns'],
    [1000, '1.00 µs'],
    [312_300, '312 µs'],
    [41e6, '41.0 ms'],
    [2.5e9, '2.50 s'],
  ])('%d ns read as %s', (ns, text) => {
    expect(formatTime(ns)).toBe(text);
  });

  test.each([
    [999, '999 B'],
    [2048, '2.05 kB'],
    [493_568, '494 kB'],
    [24e6, '24.0 MB'],
  ])('%d bytes read as %s', (size, text) => {
    expect(formatBytes(size)).toBe(text);
  });

  test('shares are percentages of two digits', () => {
    expect([0.0213, 0.5, 1].map(formatPercent)).toEqual(['2.1 %', '50 %', '100 %']);
  });

  test('one is singular, all else plural', () => {
    expect([plural(1, 'sample'), plural(1536, 'sample'), plural(2, 'retry', 'retries')]).toEqual([
      '1 sample',
      '1,536 samples',
      '2 retries',
    ]);
  });
});
