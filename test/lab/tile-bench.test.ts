import { describe, expect, test } from 'vitest';
import type { Comparison, Result } from '../../src/io/record.ts';
import { DEFAULT_SPEC, type Spec } from '../../src/io/spec.ts';
import { TileBench } from '../../src/lab/tile-bench.ts';
import type { Tile } from '../../src/kernels/tile.ts';
import type { Trial } from '../../src/tune/bench.ts';
import { endedResult, HARDWARE, okResult } from '../ui/fake-lab.ts';

const STANDARD = { WX: 8, WY: 8 };
const GOOD = { WX: 16, WY: 8 };
const BAD = { WX: 32, WY: 8 };
const never = new AbortController().signal;

/** A lab on which some tiles take the device away from all that they are compared with. */
function confirming(isBad: (tile: Tile) => boolean) {
  const asked: string[] = [];
  const records: number[] = [];
  const result = (spec: Spec): Result =>
    isBad(spec.params) ? endedResult('failed', 'The device was lost twice.') : okResult(spec);
  const bench = new TileBench({
    lab: {
      verify: () => Promise.reject(new Error('not asked')),
      sample: () => Promise.reject(new Error('not asked')),
      run: (spec) => {
        asked.push(`run ${spec.params['WX']!}`);
        return Promise.resolve(result(spec));
      },
      compare: (specs) => {
        asked.push(`compare ${specs.map(({ params }) => params['WX']!).join(' ')}`);
        const isLost = specs.some(({ params }) => isBad(params));
        return Promise.resolve({
          schemaVersion: 1,
          environments: [HARDWARE],
          results: specs.map((spec) =>
            isLost ? endedResult('failed', 'The device was lost twice.') : okResult(spec),
          ),
          comparisons: isLost ? [] : specs.slice(1).map((_, i) => faster(i + 1)),
        });
      },
    },
    spec: { ...DEFAULT_SPEC, kernel: 'naive' },
    onTrial: () => undefined,
    onProgress: () => undefined,
    onRecord: ({ results }) => records.push(results.length),
  });
  const confirm = (tiles: readonly Tile[]): Promise<readonly Trial[]> =>
    bench.confirm(tiles, STANDARD, 0, never);
  return { confirm, asked, records };
}

const faster = (b: number): Comparison => ({
  a: 0,
  b,
  ratio: 0.8,
  ciLow: 0.79,
  ciHigh: 0.81,
  marginPct: 1,
  verdict: 'FASTER',
});

describe('a tile that takes the device away', () => {
  test('is found among others, fails by itself, and costs the others nothing', async () => {
    const { confirm, asked, records } = confirming(({ WX }) => WX === 32);
    const trials = await confirm([BAD, GOOD]);
    expect(trials).toMatchObject([
      { kind: 'failed', cause: 'run', reason: 'The device was lost twice.', tile: BAD },
      { kind: 'compared', tile: GOOD, ratio: 0.8 },
    ]);
    expect(asked).toEqual(['compare 8 32 16', 'compare 8 32', 'run 8', 'compare 8 16']);
    expect(records).toEqual([2]);
  });

  test('is the default where that fails by itself', async () => {
    const { confirm, asked } = confirming(({ WX }) => WX === 8);
    await expect(confirm([BAD, GOOD])).rejects.toMatchObject({ name: 'DefaultTileError' });
    expect(asked).toEqual(['compare 8 32 16', 'compare 8 32', 'run 8']);
  });
});

test('finalists that no device is lost by are compared in one go', async () => {
  const { confirm, asked, records } = confirming(() => false);
  expect((await confirm([BAD, GOOD])).map(({ kind }) => kind)).toEqual(['compared', 'compared']);
  expect(asked).toEqual(['compare 8 32 16']);
  expect(records).toEqual([3]);
});
