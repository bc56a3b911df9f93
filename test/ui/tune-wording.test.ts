import { expect, test } from 'vitest';
import { DEFAULT_SPEC } from '../../src/io/spec.ts';
import type { Winner } from '../../src/tune/winners.ts';
import { betterText, takenText } from '../../src/ui/tune-wording.ts';

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

test('a tile that is not kept is said to be worse than the one that is', () => {
  const { format, group, scale, zeroPoint, secondLevel, layout, activation, accumulator, output } =
    DEFAULT_SPEC;
  const better: Winner = {
    adapter: { vendor: 'acme', architecture: 'gen-9', description: '' },
    shape: { m: 4, n: 64, k: 64 },
    format: { format, group, scale, zeroPoint, secondLevel },
    ...{ layout, activation, accumulator, output },
    ...{ kernel: 'naive', params: { WX: 16, WY: 8 } },
    ...{ medianNs: 1e6, ratio: 0.4, ciLow: 0.39, ciHigh: 0.41, samples: 20, measuredAt: 1000 },
  };
  expect(betterText(better)).toBe(
    'It is not kept: this browser has a tile for products like this that gains more, naive with WX=16 WY=8, ' +
      'which takes 0.400 [0.390, 0.410] of its default’s time.',
  );
});
