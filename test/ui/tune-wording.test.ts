import { expect, test } from 'vitest';
import type { Winner } from '../../src/tune/winners.ts';
import { betterText, takenText } from '../../src/ui/tune-wording.ts';
import { wonFor, wonOn } from '../../src/ui/winner-wording.ts';

const FOUND = { kernel: 'naive', params: { WX: 32, WY: 8 } };

test.each([
  [
    { kernel: 'naive', params: { WY: 8, WX: 32 } },
    'auto takes this tile for products like this from now on.',
  ],
  [
    { kernel: 'naive', params: { WX: 16, WY: 8 } },
    'auto takes naive with WX=16 WY=8 for products like this.',
  ],
  [{ kernel: 'gemv', params: {} }, 'auto takes gemv at its default for products like this.'],
])('after a search, what auto takes is %j', (taken, says) => {
  expect(takenText(taken, FOUND)).toBe(says);
});

const BETTER: Winner = {
  adapter: { vendor: 'acme', architecture: 'gen-9', description: '' },
  shape: { m: 4, n: 64, k: 64 },
  format: { format: 'int4', group: 32, scale: 'f16', zeroPoint: false, secondLevel: 'none' },
  ...{ layout: 'interleaved', activation: 'f32', accumulator: 'f32', output: 'f32' },
  ...{ kernel: 'naive', params: { WX: 16, WY: 8 } },
  ...{ medianNs: 1e6, ratio: 0.4, ciLow: 0.39, ciHigh: 0.41, samples: 20, measuredAt: 1000 },
};

test('a tile that is not kept is said to be worse than the one that is', () => {
  expect(betterText(BETTER)).toBe(
    'It is not kept: this browser has a tile for products like this that gains more, naive with WX=16 WY=8, ' +
      'which takes 0.400 [0.390, 0.410] of its default’s time.',
  );
});

test('a winner is named by its product and its adapter', () => {
  expect(wonFor(BETTER)).toBe('M 4, N 64, K 64, int4-g32, interleaved');
  expect(wonFor({ ...BETTER, cache: 'cold' })).toMatch(/, interleaved, cold cache$/);
  expect(wonOn(BETTER)).toBe('acme gen-9');
  expect(wonOn({ ...BETTER, adapter: { ...BETTER.adapter, description: 'Acme G900' } })).toBe('Acme G900');
});
