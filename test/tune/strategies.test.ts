import { describe, expect, test } from 'vitest';
import { range } from '../../src/base/integers.ts';
import { type Evaluated, Search, type Strategy } from '../../src/tune/search.ts';
import { Space } from '../../src/tune/space.ts';
import { local } from '../../src/tune/strategies/local.ts';
import { model } from '../../src/tune/strategies/model.ts';
import { random } from '../../src/tune/strategies/random.ts';
import { evaluationOf, RECORDED, type RecordedSpace, replay } from './recorded-space.ts';

const STRATEGIES = [random, local, model];
const SEEDS = range(100);

/** Shares of a space's evaluations: in the first 95 % of its best are to be found, in the second 99 %. */
interface Shares {
  readonly near: number;
  readonly best: number;
}

const LARGE: Shares = { near: 0.03, best: 0.15 };
/** 3 % of 436 points are fewer than a first sample; 109 are still less than 3 % of the smallest large space. */
const SMALL: Shares = { near: 0.25, best: 0.5 };
const isLarge = ({ space }: RecordedSpace): boolean => space.size >= 4000;

/** In how many of 100 seeds a strategy finds 95 % of the best, and 99 %, within its share of the evaluations. */
function reached(
  strategy: Strategy,
  recorded: RecordedSpace,
  { near, best }: Shares,
): { readonly inNear: number; readonly inBest: number } {
  const [few, more] = [near, best].map((share) => Math.floor(share * recorded.space.size)) as [
    number,
    number,
  ];
  const runs = SEEDS.map((seed) => replay(strategy, recorded, seed, more));
  return {
    inNear: runs.filter(({ to95 }) => to95 <= few).length,
    inBest: runs.filter(({ to99 }) => to99 < Infinity).length,
  };
}

describe.each(RECORDED.filter(isLarge))('on $name', (recorded) => {
  test.each([local, model])('$id finds 95 % of the best in 3 % of the space and 99 % in 15 %', (strategy) => {
    const { inNear, inBest } = reached(strategy, recorded, LARGE);
    expect(inNear).toBeGreaterThanOrEqual(90);
    expect(inBest).toBeGreaterThanOrEqual(90);
  });

  test('random search does not, so that the targets tell strategies apart', () => {
    const { inNear, inBest } = reached(random, recorded, LARGE);
    expect(inNear).toBeLessThan(50);
    expect(inBest).toBeLessThan(90);
  });
});

// Of a kernel of ours, from the default, as tune searches.
describe.each(RECORDED.filter((recorded) => !isLarge(recorded)))('on $name', (recorded) => {
  test('begins with the default', () => {
    expect(recorded.starts).toHaveLength(1);
    expect(recorded.best / recorded.times[recorded.starts[0]!]!).toBeLessThan(0.7);
  });

  test.each([local, model])(
    '$id finds 95 % of the best in a quarter of the space and 99 % in half',
    (strategy) => {
      const { inNear, inBest } = reached(strategy, recorded, SMALL);
      expect(inNear).toBeGreaterThanOrEqual(90);
      expect(inBest).toBeGreaterThanOrEqual(90);
    },
  );

  test('random search does not, so that the targets tell strategies apart', () => {
    const { inNear, inBest } = reached(random, recorded, SMALL);
    expect(inNear).toBeLessThan(90);
    expect(inBest).toBeLessThan(60);
  });
});

describe.each(STRATEGIES)('$id', (strategy) => {
  /** 4 × 5 × 6 points without those of an even sum of levels in the last two, so that some have few neighbours. */
  const space = new Space(
    [
      { name: 'A', values: [1, 2, 4, 8] },
      { name: 'B', values: [1, 2, 3, 4, 5] },
      { name: 'C', values: [0, 1, 2, 3, 4, 5] },
    ],
    ({ A, B, C }) => (A! > 2 ? B === C : (B! + C!) % 2 === 1),
  );
  /** Fails at every seventh point. */
  const timeOf = (point: number): number => (point % 7 === 3 ? Infinity : 1 + ((point * 29) % space.size));

  /** Runs until the search ends or `count` points were evaluated. */
  function run(seed: number, count: number, past: readonly Evaluated[] = [], starts: readonly number[] = []) {
    const search = new Search(strategy, space, { seed, past, starts });
    const evaluated: Evaluated[] = [];
    while (evaluated.length < count) {
      const point = search.ask();
      if (point === undefined) break;
      const evaluation = evaluationOf(timeOf(point));
      search.tell(point, evaluation);
      evaluated.push({ point, evaluation });
    }
    return evaluated;
  }

  test('asks for every point once, then ends', () => {
    const points = run(3, Infinity).map(({ point }) => point);
    expect(points.toSorted((a, b) => a - b)).toEqual(range(space.size));
  });

  test('asks for the same points again with the same seed, for others with another', () => {
    expect(run(5, 20)).toEqual(run(5, 20));
    expect(run(5, 20)).not.toEqual(run(6, 20));
  });

  test('goes on after an interruption as it would have without', () => {
    const whole = run(7, 40);
    for (const before of [1, 9, 17, 33]) {
      expect(run(7, 40 - before, whole.slice(0, before))).toEqual(whole.slice(before));
    }
  });

  test('asks for the same points in every version: the journal of an interrupted search is replayed', () => {
    expect(run(5, 24, [], [11]).map(({ point }) => point)).toEqual(ASKED[strategy.id]);
  });

  test('asks for the points that it is given first', () => {
    expect(run(1, 2, [], [11, 4]).map(({ point }) => point)).toEqual([11, 4]);
  });

  test('looks elsewhere than beside the point that it is given', () => {
    const start = space.pointOf({ A: 1, B: 1, C: 0 })!;
    const beside = new Set(range(3).flatMap((d) => [...space.neighboursAlong(start, d)]));
    const asked = run(1, 10, [], [start]).map(({ point }) => point);
    expect(asked.slice(1).filter((point) => !beside.has(point)).length).toBeGreaterThan(4);
  });

  test('ends where every point fails', () => {
    const search = new Search(strategy, space, { seed: 2 });
    let asked = 0;
    for (let point = search.ask(); point !== undefined; point = search.ask()) {
      search.tell(point, { kind: 'failed', reason: 'it does not compile' });
      asked++;
    }
    expect(asked).toBe(space.size);
  });

  test('has nothing to ask of a space without points', () => {
    const empty = new Space([{ name: 'A', values: [1, 2] }], () => false);
    expect(new Search(strategy, empty, { seed: 1 }).ask()).toBeUndefined();
  });
});

/** What each strategy asked for, of seed 5 and after point 11, when searches were first kept. */
const ASKED: Readonly<Record<string, readonly number[]>> = {
  random: [11, 24, 35, 16, 32, 17, 9, 30, 0, 4, 2, 19, 33, 7, 8, 28, 25, 31, 13, 26, 14, 18, 6, 27],
  local: [11, 24, 10, 34, 14, 31, 4, 28, 20, 29, 25, 16, 21, 27, 23, 17, 13, 2, 15, 22, 12, 8, 39, 1],
  model: [11, 24, 10, 34, 14, 31, 4, 28, 20, 29, 25, 16, 21, 27, 23, 17, 13, 12, 2, 15, 8, 22, 32, 9],
};

test('an answer to another question is refused', () => {
  const space = new Space([{ name: 'A', values: [1, 2, 3] }], () => true);
  const search = new Search(random, space, { seed: 1 });
  const asked = search.ask()!;
  expect(() => {
    search.tell((asked + 1) % 3, evaluationOf(1));
  }).toThrow('was told');
});
