import { expect, test } from 'vitest';
import { Kept } from '../../src/lab/kept.ts';
import { keepWinners, keptWinners, parseWinners, unreadWinners } from '../../src/lab/kept-winners.ts';
import { Winners } from '../../src/tune/winners.ts';
import { MapStorage } from '../support/map-storage.ts';

const WINNER = {
  adapter: { vendor: 'acme', architecture: 'gen-9', description: 'Acme G900 (driver 1.2)' },
  shape: { m: 2, n: 64, k: 64 },
  format: { format: 'int4', group: 32, scale: 'f16', zeroPoint: false, secondLevel: 'none' },
  ...{ layout: 'interleaved', activation: 'f32', accumulator: 'f32', output: 'f32' },
  ...{ kernel: 'gemv', params: { WG: 64 } },
  ...{ medianNs: 1e6, ratio: 0.8, ciLow: 0.78, ciHigh: 0.82, samples: 20, measuredAt: 1000 },
};
const READABLE = JSON.stringify({ schemaVersion: 1, winners: [WINNER] });
const MALFORMED = JSON.stringify({ schemaVersion: 1, winners: [WINNER, { ...WINNER, ratio: -1 }] });

/** A browser with a text in the place of its winners. */
function browserWith(text: string): { readonly kept: Kept; readonly storage: MapStorage } {
  const storage = new MapStorage();
  storage.setItem('subbyte/winners', text);
  return { kept: new Kept(() => storage), storage };
}

test.each([
  ['has a malformed entry', MALFORMED, 'winners[1].ratio is -1: it must be a number above 0.'],
  ['is of a later version', READABLE.replace('1', '2'), 'schemaVersion is 2: it must be 1.'],
  ['is no JSON', 'no JSON', 'It is not JSON: SyntaxError'],
])('a store that %s is kept aside, letter for letter, when another takes its place', (_, text, reason) => {
  const { kept } = browserWith(text);
  expect(keptWinners(kept).export().winners).toEqual([]);
  const [unread, ...others] = unreadWinners(kept);
  expect(others).toEqual([]);
  expect(unread!.text).toBe(text);
  expect(unread!.reason).toContain(reason);
  expect(keepWinners(kept, parseWinners(READABLE))).toBe(true);
  expect(keptWinners(kept).export().winners).toEqual([WINNER]);
  expect(unreadWinners(kept)).toMatchObject([{ text, reason: unread!.reason }]);
});

test('of several such stores each is kept, and each is discarded by itself', () => {
  const { kept, storage } = browserWith('first');
  keepWinners(kept, new Winners());
  keepWinners(kept, new Winners());
  storage.setItem('subbyte/winners', 'second');
  keepWinners(kept, new Winners());
  storage.setItem('subbyte/winners', 'third');
  expect(unreadWinners(kept).map(({ text }) => text)).toEqual(['first', 'second', 'third']);
  kept.remove([unreadWinners(kept)[1]!.name]);
  expect(unreadWinners(kept).map(({ text }) => text)).toEqual(['first', 'third']);
});

test('a store that there is no room to keep aside is not replaced', () => {
  const { kept, storage } = browserWith('no JSON');
  const setItem = storage.setItem.bind(storage);
  storage.setItem = (name, value) => {
    if (name.includes('aside')) throw new Error('QuotaExceededError');
    setItem(name, value);
  };
  expect(keepWinners(kept, new Winners())).toBe(false);
  expect(storage.getItem('subbyte/winners')).toBe('no JSON');
});

test('what was kept aside and can be read by now is told as that', () => {
  const { kept } = browserWith(READABLE);
  kept.write('winners-aside/0001', READABLE);
  expect(unreadWinners(kept)).toEqual([{ name: 'winners-aside/0001', text: READABLE, reason: undefined }]);
  expect(unreadWinners(new Kept(() => new MapStorage()))).toEqual([]);
});
