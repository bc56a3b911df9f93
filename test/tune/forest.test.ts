import { describe, expect, test } from 'vitest';
import { uniform } from '../../src/base/random.ts';
import { median } from '../../src/measure/statistics.ts';
import { Forest } from '../../src/tune/forest.ts';
import { RandomStream } from '../../src/tune/random-stream.ts';

describe('a forest', () => {
  const levels = Uint8Array.from({ length: 400 }, (_, i) => Math.floor(8 * uniform(3, i)));
  /** The second of two dimensions decides; the first is noise. */
  const values = Float64Array.from({ length: 200 }, (_, row) => (levels[2 * row + 1]! >= 5 ? 1 : 0));
  const forest = (of: Float64Array): Forest =>
    new Forest(levels, of, 2, { trees: 12, leastSplit: 6 }, new RandomStream(1));

  test('learns a step, and is sure of it', () => {
    const rows = Uint8Array.of(3, 6, 3, 2);
    expect(forest(values).predict(rows, 0).mean).toBeGreaterThan(0.9);
    expect(forest(values).predict(rows, 1).mean).toBeLessThan(0.1);
  });

  test('is less sure of noise', () => {
    const noise = Float64Array.from({ length: 200 }, (_, row) => uniform(8, row));
    const doubt = (of: Float64Array): number => {
      const grown = forest(of);
      return median(Array.from(of, (_, row) => grown.predict(levels, row).deviation));
    };
    expect(doubt(noise)).toBeGreaterThan(0.05);
    expect(doubt(values)).toBeLessThan(0.01);
  });

  test('of equal values predicts that value', () => {
    expect(forest(new Float64Array(200).fill(7)).predict(levels, 0)).toEqual({ mean: 7, deviation: 0 });
  });
});
