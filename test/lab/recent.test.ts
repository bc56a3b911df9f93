import { expect, test } from 'vitest';
import { Recent } from '../../src/lab/recent.ts';

test('Recent makes a value once, and drops the one that was used longest ago', async () => {
  const made: string[] = [];
  const recent = new Recent<string>(2);
  const get = (key: string): Promise<string> =>
    recent.get(key, () => {
      made.push(key);
      return Promise.resolve(key.toUpperCase());
    });
  expect(await get('a')).toBe('A');
  await get('b');
  await get('a');
  await get('c');
  await get('a');
  await get('b');
  expect(made).toEqual(['a', 'b', 'c', 'b']);
});

test('Recent forgets a failure', async () => {
  const recent = new Recent<number>(2);
  await expect(recent.get('a', () => Promise.reject(new Error('not now')))).rejects.toThrow('not now');
  expect(await recent.get('a', () => Promise.resolve(1))).toBe(1);
});
