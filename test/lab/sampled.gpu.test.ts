import { describe, expect, test } from 'vitest';
import { ONE_HOT_PASSED, type Result } from '../../src/io/record.ts';
import type { Spec } from '../../src/io/spec.ts';
import { LocalPool } from '../../src/workers/local-pool.ts';
import { openDawn } from '../support/dawn.ts';
import { labOn } from './lab-on.ts';
import { spec } from './specs.ts';

const never = new AbortController().signal;

describe('a product that is sampled', () => {
  const sampled = (overrides: Partial<Spec>): Promise<Result> =>
    labOn(openDawn, new LocalPool(0)).verify(spec({ m: 80, ...overrides }), never, () => undefined);

  test('states the chance that integer data miss a wrong kernel, and the error that real data cannot miss', async () => {
    const { verification } = await sampled({});
    expect(verification).toMatchObject({
      mode: 'sampled',
      integerExact: 'passed',
      missProbability: 2 ** -20,
    });
    expect(verification!.smallestDetectable).toBeGreaterThan(0);
  });

  test('states the chance that its samples miss an output where there are no integer data', async () => {
    // 255 · 2 · 33,000 is above 2^24: one-hot data stand in, which say nothing of sums.
    const { verification } = await sampled({ format: 'uint8', zeroPoint: true, n: 8, k: 33_000 });
    expect(verification).toMatchObject({ mode: 'sampled', integerExact: ONE_HOT_PASSED });
    expect(verification!.missProbability).toBeCloseTo((1 - 1 / (80 * 8)) ** 4096, 12);
  });
});
