import { describe, expect, test } from 'vitest';
import { DEFAULT_SPEC, type Spec } from '../../src/io/spec.ts';
import { DEFAULT_CAPS } from '../../src/kernels/caps.ts';
import { isOpen, withWinner } from '../../src/lab/choose-winner.ts';
import { Winners } from '../../src/tune/winners.ts';
import { currentWinner } from '../support/current-winner.ts';

const ADAPTER = { vendor: 'acme', architecture: 'gen-9', description: 'Acme G900' };
const MACHINE = { adapter: ADAPTER, caps: DEFAULT_CAPS };
/** `auto` stands for gemv there. */
const SPEC: Spec = { ...DEFAULT_SPEC, m: 2, n: 64, k: 64, weights: 'random' };
const WINNER = currentWinner({
  adapter: ADAPTER,
  shape: { m: 2, n: 64, k: 64 },
  format: { format: 'int4', group: 32, scale: 'f16', zeroPoint: false, secondLevel: 'none' },
  layout: 'interleaved',
  activation: 'f32',
  accumulator: 'f32',
  output: 'f32',
  cache: 'hot',
  kernel: 'naive',
  params: { WX: 16, WY: 4 },
  medianNs: 1e6,
  ratio: 0.8,
  ciLow: 0.78,
  ciHigh: 0.82,
  againstAuto: { kernel: 'gemv', ratio: 0.9, ciLow: 0.88, ciHigh: 0.92 },
  samples: 20,
  measuredAt: 1000,
});
const STORE = new Winners([WINNER]);

describe('the winner in the place of auto', () => {
  test('names kernel and tile, and changes nothing else', () => {
    expect(withWinner(SPEC, STORE, MACHINE)).toEqual({
      ...SPEC,
      kernel: 'naive',
      params: { WX: 16, WY: 4 },
    });
  });

  test.each<[string, Partial<Spec>]>([
    ['names a kernel', { kernel: 'naive' }],
    ['sets a parameter', { params: { BN: 32 } }],
    ['runs the user’s own WGSL', { wgsl: 'fn main() {}' }],
    ['is of another class of shapes', { m: 64 }],
    ['has another format', { format: 'int8' }],
    ['has its weights in another cache', { cache: 'cold' }],
  ])('is not taken where the spec %s', (_, change) => {
    expect(withWinner({ ...SPEC, ...change }, STORE, MACHINE)).toBeUndefined();
  });

  test('is not taken on another adapter, nor where it is no faster than what auto stands for', () => {
    const other = { ...MACHINE, adapter: { ...ADAPTER, vendor: 'other' } };
    expect(withWinner(SPEC, STORE, other)).toBeUndefined();
    const slower = { ...WINNER, againstAuto: { ...WINNER.againstAuto!, ciHigh: 1.01 } };
    expect(withWinner(SPEC, new Winners([slower]), MACHINE)).toBeUndefined();
  });

  test('is not taken where its kernel, or what auto stands for, has another text now', () => {
    const changed = { ...WINNER, version: '00000000' };
    expect(withWinner(SPEC, new Winners([changed]), MACHINE)).toBeUndefined();
    const against = { ...WINNER, againstAuto: { ...WINNER.againstAuto!, version: '00000000' } };
    expect(withWinner(SPEC, new Winners([against]), MACHINE)).toBeUndefined();
  });

  test('is left out where a plan rejects its tile on this adapter', () => {
    // 16 · 4 invocations.
    const small = { ...MACHINE, caps: { ...DEFAULT_CAPS, maxComputeInvocationsPerWorkgroup: 63 } };
    expect(withWinner(SPEC, STORE, small)).toBeUndefined();
    const unknown = { ...WINNER, kernel: 'gone', againstAuto: { ...WINNER.againstAuto! } };
    expect(withWinner(SPEC, new Winners([unknown]), MACHINE)).toBeUndefined();
  });
});

test('a spec is open that leaves kernel and tile to be chosen', () => {
  expect(isOpen(SPEC)).toBe(true);
  expect(isOpen({ ...SPEC, kernel: 'gemv' })).toBe(false);
});
