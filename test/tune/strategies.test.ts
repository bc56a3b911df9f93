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

/** In how many of 100 seeds a strategy finds 95 % of the best in 3 % of the evaluations, and 99 % in 15 %. */
function reached(
  strategy: Strategy,
  recorded: RecordedSpace,
): { readonly in3: number; readonly in15: number } {
  const [three, fifteen] = [0.03, 0.15].map((share) => Math.floor(share * recorded.space.size)) as [
    number,
    number,
  ];
  const runs = SEEDS.map((seed) => replay(strategy, recorded, seed, fifteen));
  return {
    in3: runs.filter(({ to95 }) => to95 <= three).length,
    in15: runs.filter(({ to99 }) => to99 < Infinity).length,
  };
}

describe.each(RECORDED)('on $name', (recorded) => {
  test.each([local, model])('$id finds 95 % of the best in 3 % of the space and 99 % in 15 %', (strategy) => {
    const { in3, in15 } = reached(strategy, recorded);
    expect(in3).toBeGreaterThanOrEqual(90);
    expect(in15).toBeGreaterThanOrEqual(90);
  });

  test('random search does not, so that the targets tell strategies apart', () => {
    const { in3, in15 } = reached(random, recorded);
    expect(in3).toBeLessThan(50);
    expect(in15).toBeLessThan(90);
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
