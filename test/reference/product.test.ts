import { describe, expect, it } from 'vitest';
import { normal } from '../../src/base/random.ts';
import { multiply, multiplyWithMagnitudes } from '../../src/reference/product.ts';

/** Shapes that leave every remainder of the 4 × 2 and 2 × 2 tiles. */
const SHAPES = [
  [1, 1, 1],
  [4, 2, 3],
  [5, 3, 7],
  [6, 4, 1],
  [7, 5, 16],
  [8, 1, 33],
  [3, 9, 5],
] as const;

describe.each(SHAPES)('%i × %i over %i', (rows, columns, K) => {
  const a = Float64Array.from({ length: rows * K }, (_, i) => normal(1, i));
  const b = Float64Array.from({ length: columns * K }, (_, i) => normal(2, i));

  it('multiply is the sum of products', () => {
    const out = new Float64Array(rows * columns);
    multiply(a, b, out, rows, columns, K);
    const expected = elementwise(rows, columns, (m, n) => termsOf(m, n).reduce((sum, term) => sum + term));
    expect([...out]).toEqual(expected);
  });

  it('multiplyWithMagnitudes gives the sum of their magnitudes too', () => {
    const out = new Float64Array(rows * columns);
    const magnitudes = new Float64Array(rows * columns);
    multiplyWithMagnitudes(a, b, out, magnitudes, rows, columns, K);
    const sum = (terms: number[]): number => terms.reduce((total, term) => total + term);
    expect([...out]).toEqual(elementwise(rows, columns, (m, n) => sum(termsOf(m, n))));
    expect([...magnitudes]).toEqual(elementwise(rows, columns, (m, n) => sum(termsOf(m, n).map(Math.abs))));
  });

  const termsOf = (m: number, n: number): number[] =>
    Array.from({ length: K }, (_, k) => a[m * K + k]! * b[n * K + k]!);
});

const elementwise = (rows: number, columns: number, of: (m: number, n: number) => number): number[] =>
  Array.from({ length: rows * columns }, (_, i) => of(Math.floor(i / columns), i % columns));
