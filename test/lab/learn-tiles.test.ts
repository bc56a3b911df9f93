import { describe, expect, test } from 'vitest';
import { range } from '../../src/base/integers.ts';
import type { RecordFile, Result } from '../../src/io/record.ts';
import { DEFAULT_SPEC, type Spec } from '../../src/io/spec.ts';
import { DEFAULT_CAPS } from '../../src/kernels/caps.ts';
import { learnTiles, NothingToLearn, strategyWith } from '../../src/lab/learn-tiles.ts';
import type { Tile } from '../../src/kernels/tile.ts';
import { planSpec } from '../../src/lab/plan-spec.ts';
import { planTimeOf } from '../../src/lab/plan-time.ts';
import { tuneSubject } from '../../src/lab/tune-subject.ts';
import { tileKey } from '../../src/tune/ledger.ts';
import { planFeatures } from '../../src/tune/plan-features.ts';
import { Search } from '../../src/tune/search.ts';
import { model } from '../../src/tune/strategies/model.ts';
import { ENVIRONMENT } from '../bench/fake-context.ts';
import {
  followsTile,
  followsTraffic,
  syntheticSweep,
  type Truth,
  trueTime,
} from '../support/synthetic-sweep.ts';
import { evaluationOf } from '../tune/recorded-space.ts';

const SPEC: Spec = {
  ...DEFAULT_SPEC,
  ...{ m: 96, n: 768, k: 512, weights: 'random', kernel: 'tiled', params: { BUFFERS: 1 } },
};
const SUBJECT = tuneSubject(SPEC, DEFAULT_CAPS);
const { space, standard } = SUBJECT;
const MACHINE = { adapter: ENVIRONMENT.adapter, caps: DEFAULT_CAPS };
/** Every 23rd tile of the space. */
const TILES = range(space.size)
  .filter((point) => point % 23 === 0)
  .map((point) => space.tile(point));

const sweep = (truth: Truth, spec = SPEC): RecordFile => syntheticSweep(spec, TILES, truth, ENVIRONMENT);

const learn = (...records: readonly RecordFile[]): ReturnType<typeof learnTiles> =>
  learnTiles(records, SUBJECT, MACHINE);

describe('learnTiles', () => {
  test('expects the truly fastest tiles to be fastest where times follow the tile', () => {
    const { judgement, likely } = learn(sweep(followsTile));
    expect(judgement).toMatchObject({ winner: 'regression', shapes: 5 });
    expect(judgement.regressionError).toBeLessThan(judgement.baselineError / 3);
    const timeOf = (params: Tile): number => rounded(trueTime({ ...SPEC, params }, followsTile));
    // But for the default, and what no feature tells from it.
    const others = range(space.size)
      .map((point) => space.tile(point))
      .filter((tile) => featuresText(tile) !== featuresText(standard));
    const fastest = [...new Set(others.map(timeOf))].sort((a, b) => a - b);
    // Tiles may take equally long and differ in what the truth does not depend on.
    const expected = likely.map(timeOf);
    expect(expected).toEqual(expected.toSorted((a, b) => a - b));
    const found = [...new Set(expected)];
    expect(found.length).toBeGreaterThanOrEqual(3);
    expect(found).toEqual(fastest.slice(0, found.length));
  });

  test('of tiles that no feature tells apart takes the one nearest to the default, which is tried anyway', () => {
    const { likely } = learn(sweep(followsTile));
    expect(new Set(likely.map((tile) => tile['RASTER']))).toEqual(new Set([standard['RASTER']]));
    expect(likely.map(tileKey)).not.toContain(tileKey(standard));
  });

  test('says that the baseline wins, and begins with nothing, where times are bytes ÷ bandwidth + launch', () => {
    const { judgement, likely } = learn(sweep(followsTraffic));
    expect(judgement.winner).toBe('baseline');
    expect(judgement.baselineError).toBeLessThan(1e-6);
    expect(likely).toEqual([]);
    expect(strategyWith(model, likely, space)).toBe(model);
  });

  test('learns from its own kernel on its own adapter alone, in any browser, and never from a wrong result', () => {
    const good = sweep(followsTile);
    const { likely, judgement } = learn(good);
    const slow: Truth = (features) => 1e12 / followsTile(features);
    const elsewhere: RecordFile = {
      ...sweep(slow),
      environments: [{ ...ENVIRONMENT, adapter: { ...ENVIRONMENT.adapter, description: 'Acme 1' } }],
    };
    const wrong = sweep(slow);
    const spoilt = {
      ...wrong,
      results: wrong.results.map((result): Result => ({ ...result, status: 'wrong' })),
    };
    const own = { ...wrong, results: wrong.results.map((result) => ownText(result)) };
    const other = syntheticSweep(
      { ...SPEC, kernel: 'naive', params: {} },
      [{ WX: 8, WY: 8 }],
      slow,
      ENVIRONMENT,
    );
    const [first, ...others] = good.results;
    const newer = { ...ENVIRONMENT, engine: 'chrome', versions: { browser: '200' } };
    const halves: RecordFile[] = [
      { ...good, results: [first!] },
      { ...good, environments: [newer], results: others },
    ];
    expect(learn(elsewhere, spoilt, own, other, ...halves)).toEqual({ likely, judgement });
  });

  test.each<[string, RecordFile, RegExp]>([
    ['no result', { ...sweep(followsTile), results: [] }, /no right and timed result/],
    [
      'another adapter',
      {
        ...sweep(followsTile),
        environments: [{ ...ENVIRONMENT, adapter: { ...ENVIRONMENT.adapter, description: 'Acme 1' } }],
      },
      /another adapter: Acme 1\. This one is Acme 9000/,
    ],
    [
      'another kernel',
      syntheticSweep({ ...SPEC, kernel: 'naive', params: {} }, [{ WX: 8 }], followsTile, ENVIRONMENT),
      /another kernel: naive\. The search is of tiled/,
    ],
    [
      'too few shapes',
      syntheticSweep(SPEC, TILES, followsTile, ENVIRONMENT, [
        [16, 512, 256],
        [64, 512, 256],
      ]),
      /are of 2 shapes M × N × K; it takes 3 at least/,
    ],
    ['one tile', syntheticSweep(SPEC, TILES.slice(0, 1), followsTile, ENVIRONMENT), /one tile only/],
  ])('refuses %s', (_, record, message) => {
    expect(() => learn(record)).toThrow(NothingToLearn);
    expect(() => learn(record)).toThrow(message);
  });

  test('ranks a space of 2,184 tiles in less than two seconds', () => {
    const caps = {
      ...DEFAULT_CAPS,
      maxComputeWorkgroupStorageSize: 32768,
      subgroups: true,
      subgroupMinSize: 32,
    };
    const subject = tuneSubject({ ...SPEC, params: {} }, caps);
    expect(subject.space.size).toBeGreaterThan(2184);
    const record = sweep(followsTile);
    // Of the processor's time, which others on this machine take less part in.
    const before = process.cpuUsage();
    learnTiles([record], subject, { ...MACHINE, caps });
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1e6).toBeLessThan(2);
  });
});

function featuresText(params: Tile): string {
  const plan = planSpec({ ...SPEC, params }, DEFAULT_CAPS);
  return plan.kind === 'plan' ? JSON.stringify(planFeatures(plan)) : '';
}

/** Without what the order of multiplications makes of it. */
const rounded = (time: number): number => Number(time.toPrecision(10));

const ownText = (result: Result): Result => ({
  ...result,
  spec: { ...result.spec, wgsl: 'fn main() {}' },
});

describe('a search that has learnt', () => {
  test('asks for the likely tiles after the default, then for as many random ones as it would have', () => {
    const { likely } = learn(sweep(followsTile));
    const asked = firstAsked(strategyWith(model, likely, space), 17);
    expect(asked[0]).toBe(space.pointOf(standard));
    expect(asked.slice(1, 9)).toEqual(likely.map((tile) => space.pointOf(tile)));
    const plain = firstAsked(model, 17);
    expect(asked.slice(9)).toEqual(plain.slice(1, 9));
  });
});

/** The first points that a search asks for. */
function firstAsked(strategy: typeof model, count: number): readonly number[] {
  const search = new Search(strategy, space, { seed: 3, starts: [space.pointOf(standard)!] });
  return range(count).map((i) => {
    const point = search.ask()!;
    search.tell(point, evaluationOf(1 + ((i * 7) % 5)));
    return point;
  });
}

describe('planTimeOf', () => {
  const [result] = sweep(followsTile).results;

  test('names a shape by M, N and K alone, so that formats of one are never on both sides of a split', () => {
    const { shape, time } = planTimeOf(result!, DEFAULT_CAPS)!;
    expect(shape).toBe('16 × 512 × 256');
    expect(time).toBe(result!.timing!.medianNs);
    const other = { ...result!, spec: { ...result!.spec, format: 'int8', seed: 9 } };
    expect(planTimeOf(other, DEFAULT_CAPS)!.shape).toBe(shape);
    expect(planTimeOf(other, DEFAULT_CAPS)!.features.traffic).toBeGreaterThan(
      planTimeOf(result!, DEFAULT_CAPS)!.features.traffic,
    );
  });

  test('takes the kernel and the tile that ran, where auto was asked for', () => {
    const kernel = {
      ...{ variant: 'tiled', params: result!.spec.params, wgslSha256: '', workgroups: 1 },
      ...{ workgroupSize: 64, workgroupBytes: 0, compileNs: 1 },
    };
    const auto = { ...result!, spec: { ...result!.spec, kernel: 'auto', params: {} }, kernel };
    expect(planTimeOf(auto, DEFAULT_CAPS)).toEqual(planTimeOf(result!, DEFAULT_CAPS));
  });

  test.each<[string, Partial<Result>]>([
    ['wrong', { status: 'wrong' }],
    ['of no kernel that there is', { spec: { ...result!.spec, kernel: 'magic' } }],
    ['of no format that there is', { spec: { ...result!.spec, format: 'int99' } }],
    ['of no time', { timing: { ...result!.timing!, medianNs: 0 } }],
  ])('is nothing where a result is %s', (_, change) => {
    expect(planTimeOf({ ...result!, ...change }, DEFAULT_CAPS)).toBeUndefined();
  });
});
