import { expect, test } from 'vitest';
import { randomWeights } from '../../src/formats/random-weights.ts';

test('weights are normal with standard deviation 1/√K', () => {
  const [N, K] = [256, 400];
  const values = randomWeights(1, N, K);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  expect(Math.abs(mean) * Math.sqrt(K)).toBeLessThan(5 / Math.sqrt(N * K));
  expect(Math.abs(variance * K - 1)).toBeLessThan(5 * Math.sqrt(2 / (N * K)));
});

test('a seed gives the same weights again, another seed others', () => {
  expect(randomWeights(1, 3, 5)).toEqual(randomWeights(1, 3, 5));
  expect(randomWeights(2, 3, 5)).not.toEqual(randomWeights(1, 3, 5));
});
