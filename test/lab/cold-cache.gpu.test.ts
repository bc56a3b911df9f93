import { expect, test } from 'vitest';
import type { Spec } from '../../src/io/spec.ts';
import { defaultCache } from '../../src/lab/cold-cache.ts';
import { openDawn } from '../support/dawn.ts';
import { labOn } from './lab-on.ts';
import { spec } from './specs.ts';

const never = new AbortController().signal;
const silent = (): void => undefined;

const cold = (overrides: Partial<Spec>): Spec => spec({ cache: 'cold', kernel: 'gemv', ...overrides });

test('a token is timed on a cold cache by default, a prompt on a hot one', () => {
  expect([1, 8, 9, 512].map(defaultCache)).toEqual(['cold', 'cold', 'hot', 'hot']);
});

test('a cold experiment reads as many bytes in turn as no cache holds, is right, and says so', async () => {
  const { status, timing, kernel, warnings } = await labOn(openDawn).run(
    cold({ m: 1, n: 512, k: 512 }),
    never,
    silent,
  );
  expect(status).toBe('ok');
  expect(timing).toMatchObject({ cache: 'cold' });
  expect(timing!.coldBytes).toBeGreaterThanOrEqual(64 * 2 ** 20);
  expect(kernel!.firstRunNs).toBeGreaterThan(0);
  expect(warnings).toEqual([expect.stringContaining('software adapter')]);
});

test('one with tiny weights warns that a cache may hold all of them', async () => {
  const { timing, warnings } = await labOn(openDawn).run(cold({ m: 1, n: 8, k: 32 }), never, silent);
  expect(timing!.coldBytes).toBeLessThan(16 * 2 ** 20);
  expect(warnings![1]).toContain('between cold and hot');
});

test('hot and cold are compared in the same rounds', async () => {
  const specs = [cold({ m: 1, n: 64, k: 64, cache: 'hot' }), cold({ m: 1, n: 64, k: 64 })];
  const { results, comparisons } = await labOn(openDawn).compare(specs, never, silent);
  expect(results.map(({ timing }) => timing?.cache)).toEqual(['hot', 'cold']);
  expect(comparisons).toHaveLength(1);
});
