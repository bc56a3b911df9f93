import { expect, test } from 'vitest';
import { SHAPES } from '../../src/io/shapes.ts';
import { DEFAULT_SPEC, parseSpec } from '../../src/io/spec.ts';

test('each shape has its own name and sizes that a spec accepts', () => {
  expect(new Set(SHAPES.map(({ name }) => name)).size).toBe(SHAPES.length);
  for (const { name, N, K } of SHAPES) {
    expect(name).toMatch(/^[a-z0-9-]+$/);
    expect(() => parseSpec({ ...DEFAULT_SPEC, weights: 'random', n: N, k: K })).not.toThrow();
  }
});

test('some are ragged in both dimensions', () => {
  expect(SHAPES.filter(({ N, K }) => N % 4 !== 0 && K % 32 !== 0).length).toBeGreaterThan(0);
});
