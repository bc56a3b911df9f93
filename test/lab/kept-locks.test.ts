import { expect, test } from 'vitest';
import { Kept } from '../../src/lab/kept.ts';
import type { BrowserLocks } from '../../src/lab/kept-locks.ts';
import { FakeLocks } from '../support/fake-locks.ts';
import { MapStorage } from '../support/map-storage.ts';

test('a name is held by one tab, until it lets go', async () => {
  const locks = new FakeLocks();
  const storage = new MapStorage();
  const [one, other] = [new Kept(() => storage, locks), new Kept(() => storage, locks)];
  const letGo = await one.hold('a');
  expect(letGo).toBeDefined();
  expect(await other.hold('a')).toBeUndefined();
  expect(await other.hold('b')).toBeDefined();
  expect(await other.held()).toEqual(new Set(['a', 'b']));
  await letGo!();
  expect(await other.held()).toEqual(new Set(['b']));
  expect(await other.hold('a')).toBeDefined();
});

test('locks of other pages of the same origin are none of ours', async () => {
  const locks = new FakeLocks();
  void locks.request('a', { ifAvailable: true }, () => new Promise(() => undefined));
  const kept = new Kept(() => new MapStorage(), locks);
  expect(await kept.hold('b')).toBeDefined();
  expect(await kept.held()).toEqual(new Set(['b']));
});

test.each<[string, BrowserLocks | undefined]>([
  ['has none', undefined],
  [
    'refuses them',
    {
      request: () => Promise.reject(new Error('SecurityError')),
      query: () => Promise.reject(new Error('SecurityError')),
    },
  ],
])('where a browser %s, every name is free', async (_, locks) => {
  const kept = new Kept(() => new MapStorage(), locks);
  for (let i = 0; i < 2; i++) await (await kept.hold('a'))!();
  expect(await kept.hold('a')).toBeDefined();
  expect(await kept.hold('a')).toBeDefined();
  expect(await kept.held()).toEqual(new Set());
});
