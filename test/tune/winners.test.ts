import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEFAULT_SPEC, formatOf } from '../../src/io/spec.ts';
import type { GemmProblem } from '../../src/kernels/problem.ts';
import { shapeClass } from '../../src/tune/shape-class.ts';
import { questionOf, type Winner, Winners, WinnersError, type WinnerTerms } from '../../src/tune/winners.ts';

const ADAPTER = { vendor: 'acme', architecture: 'roadrunner', description: 'Acme 9' };
const PROBLEM: GemmProblem = {
  M: 128,
  N: 4096,
  K: 4096,
  format: formatOf(DEFAULT_SPEC),
  layout: 'interleaved',
  activation: 'f32',
  accumulator: 'f32',
  epilogue: 'none',
  output: 'f32',
};
const WINNER: Winner = {
  ...questionOf(ADAPTER, PROBLEM),
  cache: 'hot',
  kernel: 'tiled',
  version: 'tiled 2',
  params: { BM: 64, BN: 128 },
  medianNs: 1e6,
  ratio: 0.8,
  ciLow: 0.78,
  ciHigh: 0.82,
  samples: 20,
  measuredAt: 1000,
};

const termsOf = (auto: string): WinnerTerms => ({
  auto,
  cache: 'hot',
  versionOf: (kernel) => `${kernel} 2`,
});
const TILED = termsOf('tiled');
const SKINNY = termsOf('skinny');

describe('a store of winners', () => {
  test('answers for the whole class of a shape and for no other', () => {
    const winners = new Winners([WINNER]);
    const answer = { kernel: 'tiled', params: { BM: 64, BN: 128 } };
    expect(winners.lookup(ADAPTER, PROBLEM, TILED)).toMatchObject(answer);
    expect(winners.lookup(ADAPTER, { ...PROBLEM, M: 65, N: 5000, K: 3000 }, TILED)).toMatchObject(answer);
    expect(winners.lookup(ADAPTER, { ...PROBLEM, M: 64 }, TILED)).toBeUndefined();
    expect(winners.lookup(ADAPTER, { ...PROBLEM, N: 6000 }, TILED)).toBeUndefined();
  });

  test('answers for the same adapter, format and types only', () => {
    const winners = new Winners([WINNER]);
    expect(winners.lookup({ ...ADAPTER, architecture: 'coyote' }, PROBLEM, TILED)).toBeUndefined();
    expect(winners.lookup(ADAPTER, { ...PROBLEM, activation: 'f16' }, TILED)).toBeUndefined();
    expect(winners.lookup(ADAPTER, { ...PROBLEM, layout: 'stream' }, TILED)).toBeUndefined();
    expect(
      winners.lookup(ADAPTER, { ...PROBLEM, format: { ...PROBLEM.format, group: 64 } }, TILED),
    ).toBeUndefined();
    // The rule that chose the scales, and what happens after the sum, do not change what is fast.
    expect(
      winners.lookup(
        ADAPTER,
        { ...PROBLEM, epilogue: 'gelu', format: { ...PROBLEM.format, rule: 'least-squares' } },
        TILED,
      ),
    ).toBeDefined();
  });

  test('keeps the one of two that surely gains more, and of two alike the newer', () => {
    const unsure: Winner = { ...WINNER, ciHigh: 1.01, measuredAt: 5000, params: { BM: 16 } };
    const newer: Winner = { ...WINNER, measuredAt: 2000, params: { BM: 32 } };
    const short: Winner = { ...WINNER, ratio: 0.97, ciHigh: 0.98, measuredAt: 9000, params: { BM: 8 } };
    expect(WINNER.ciHigh).toBeLessThan(0.98);
    expect(new Winners([WINNER]).add(short)).toBe(false);
    expect(new Winners([short]).add(WINNER)).toBe(true);
    expect(new Winners([WINNER, unsure]).lookup(ADAPTER, PROBLEM, TILED)?.params).toEqual({
      BM: 64,
      BN: 128,
    });
    expect(new Winners([unsure, WINNER]).lookup(ADAPTER, PROBLEM, TILED)?.params).toEqual({
      BM: 64,
      BN: 128,
    });
    expect(new Winners([newer, WINNER]).lookup(ADAPTER, PROBLEM, TILED)?.params).toEqual({ BM: 32 });
  });

  test('answers with another kernel than auto’s only where that was measured to be faster than auto’s', () => {
    const against = (ciHigh: number, kernel = 'skinny', version = `${kernel} 2`): Winner => ({
      ...WINNER,
      againstAuto: { kernel, version, ratio: 0.9, ciLow: 0.8, ciHigh },
    });
    expect(new Winners([WINNER]).lookup(ADAPTER, PROBLEM, SKINNY)).toBeUndefined();
    expect(new Winners([against(1.02)]).lookup(ADAPTER, PROBLEM, SKINNY)).toBeUndefined();
    expect(new Winners([against(0.95)]).lookup(ADAPTER, PROBLEM, SKINNY)?.kernel).toBe('tiled');
    expect(
      new Winners([against(0.95, 'skinny', 'skinny 1')]).lookup(ADAPTER, PROBLEM, SKINNY),
    ).toBeUndefined();
    expect(new Winners([against(0.95, 'gemv')]).lookup(ADAPTER, PROBLEM, SKINNY)).toBeUndefined();
  });

  test('keeps one winner a kernel, and answers with the faster by the work that it did', () => {
    // Twice the rows in less than twice the time.
    const skinny: Winner = {
      ...WINNER,
      kernel: 'skinny',
      version: 'skinny 2',
      medianNs: 1.2e6,
      shape: { ...WINNER.shape, m: 128 },
    };
    const tiled: Winner = {
      ...WINNER,
      shape: { ...WINNER.shape, m: 65 },
      againstAuto: { kernel: 'skinny', version: 'skinny 2', ratio: 0.9, ciLow: 0.8, ciHigh: 0.95 },
    };
    const winners = new Winners([tiled, skinny]);
    expect(winners.export().winners).toHaveLength(2);
    expect(winners.lookup(ADAPTER, PROBLEM, SKINNY)?.kernel).toBe('skinny');
  });

  test('does not let a winner of an older version of its kernel, or with another cache, take the place of a later one', () => {
    const old: Winner = { ...WINNER, version: 'tiled 1', ratio: 0.5, ciHigh: 0.52, params: { BM: 8 } };
    const cold: Winner = { ...WINNER, cache: 'cold', ratio: 0.6, ciHigh: 0.62, params: { BM: 16 } };
    const unversioned: Winner = { ...old, version: undefined };
    for (const winners of [
      [old, cold, unversioned, WINNER],
      [WINNER, unversioned, cold, old],
    ]) {
      const store = new Winners(winners);
      expect(store.lookup(ADAPTER, PROBLEM, TILED)).toEqual(WINNER);
      expect(store.lookup(ADAPTER, PROBLEM, { ...TILED, cache: 'cold' })).toEqual(cold);
    }
    expect(new Winners([old, unversioned]).lookup(ADAPTER, PROBLEM, TILED)).toBeUndefined();
  });

  test('takes out the winner that it is told, and no other', () => {
    const skinny: Winner = { ...WINNER, kernel: 'skinny' };
    const store = new Winners([WINNER, skinny]);
    store.remove(WINNER);
    expect(store.export().winners).toEqual([skinny]);
  });

  test('is the same in whatever order stores are merged', () => {
    const winner = fc
      .record({
        measuredAt: fc.nat(2),
        samples: fc.integer({ min: 1, max: 2 }),
        ciHigh: fc.constantFrom(0.9, 1.1),
        ratio: fc.constantFrom(0.8, 0.85),
        params: fc.constantFrom({ BM: 16 }, { BM: 32 }),
      })
      .map((fields): Winner => ({ ...WINNER, ...fields }));
    const store = fc.array(winner, { maxLength: 4 });
    fc.assert(
      fc.property(store, store, (a, b) => {
        const ab = new Winners(a);
        ab.merge(new Winners(b));
        const ba = new Winners(b);
        ba.merge(new Winners(a));
        expect(ab.export()).toEqual(ba.export());
      }),
    );
  });

  test('reads what it exported, and says what it cannot read', () => {
    const file: unknown = JSON.parse(JSON.stringify(new Winners([WINNER]).export()));
    expect(Winners.parse(file).export()).toEqual({ schemaVersion: 1, winners: [WINNER] });
    expect(() => Winners.parse({ schemaVersion: 1, winners: [{ ...WINNER, ratio: 0 }] })).toThrow(
      WinnersError,
    );
    expect(() => Winners.parse({ schemaVersion: 1, winners: [{ ...WINNER, ratio: 0 }] })).toThrow(
      'winners[0].ratio is 0',
    );
    expect(() => Winners.parse({ schemaVersion: 2, winners: [] })).toThrow('schemaVersion is 2');
  });
});

test('classes of shapes are doublings of M up to 512, and the nearest powers of two of N and K', () => {
  const classOf = (M: number, N: number, K: number): unknown => shapeClass({ M, N, K });
  expect(classOf(1, 4096, 4096)).toEqual({ m: 1, n: 4096, k: 4096 });
  expect(classOf(3, 5792, 5793)).toEqual({ m: 4, n: 4096, k: 8192 });
  expect(classOf(512, 1, 2)).toEqual({ m: 512, n: 1, k: 2 });
  expect(classOf(513, 3, 93)).toEqual({ m: 0, n: 4, k: 128 });
});
