import { describe, expect, test } from 'vitest';
import { portability, type PortabilityTime } from '../../src/tune/portability.ts';
import { bestTwoWayRule } from '../../src/tune/two-way-rule.ts';

/** Times by configuration, a column a case: x, y, z. */
const times = (table: Readonly<Record<string, readonly (number | undefined)[]>>): PortabilityTime[] =>
  Object.entries(table).flatMap(([configuration, row]) =>
    row.map((time, i) => ({ case: 'xyzw'[i]!, configuration, time })),
  );

describe('portability', () => {
  test('is each time as a share of its case’s best', () => {
    const { cases, rows, single } = portability(times({ a: [10, 40, 10], b: [20, 20, 20], c: [40, 10, 40] }));
    expect(cases).toEqual(['x', 'y', 'z']);
    const shares = Object.fromEntries(rows.map((row) => [row.configuration, row.shares]));
    expect(shares).toEqual({ a: [1, 0.25, 1], b: [0.5, 0.5, 0.5], c: [0.25, 1, 0.25] });
    // a: the cube root of 1/4; b: 1/2; c: the cube root of 1/16.
    expect(rows.map(({ configuration }) => configuration)).toEqual(['a', 'b', 'c']);
    expect(rows[0]!.geometricMean).toBeCloseTo(0.25 ** (1 / 3), 12);
    expect(rows[0]!.average).toBeCloseTo(0.75, 12);
    expect(rows[0]!.worst).toBe(0.25);
    expect(single?.configuration).toBe('a');
  });

  test('gives nothing to a configuration that fails somewhere', () => {
    const { single, rows } = portability(times({ a: [10, undefined], b: [11, 15] }));
    expect(single?.configuration).toBe('b');
    expect(rows[1]).toMatchObject({ configuration: 'a', shares: [1, 0], worst: 0, geometricMean: 0 });
  });

  test('does not choose what was not measured everywhere', () => {
    const partly = [
      { case: 'x', configuration: 'a', time: 1 },
      { case: 'x', configuration: 'b', time: 2 },
      { case: 'y', configuration: 'b', time: 2 },
    ];
    const { single, rows } = portability(partly);
    expect(single?.configuration).toBe('b');
    expect(rows[1]!.shares).toEqual([1, undefined]);
    expect(portability(partly.slice(0, 1).concat(partly.slice(2))).single).toBeUndefined();
  });

  test('leaves out a case in which nothing ran', () => {
    expect(portability(times({ a: [1, undefined], b: [2, undefined] })).cases).toEqual(['x']);
    expect(portability([]).single).toBeUndefined();
  });
});

describe('the best rule of two', () => {
  const matrix = portability(times({ a: [10, 10, 40, 40], b: [40, 40, 10, 10], c: [12, 12, 12, 12] }));

  test('finds the feature, the threshold and the pair', () => {
    const features = [
      { M: 1, K: 64 },
      { M: 4, K: 512 },
      { M: 64, K: 64 },
      { M: 128, K: 512 },
    ];
    expect(bestTwoWayRule(matrix, features)).toMatchObject({
      feature: 'M',
      threshold: 34,
      atMost: 'a',
      above: 'b',
      result: { shares: [1, 1, 1, 1], geometricMean: 1 },
    });
  });

  test('is no better than one configuration where the feature says nothing', () => {
    const features = [{ K: 64 }, { K: 512 }, { K: 64 }, { K: 512 }];
    const rule = bestTwoWayRule(matrix, features);
    expect(rule).toMatchObject({ atMost: 'c', above: 'c' });
    expect(rule?.result.geometricMean).toBeCloseTo(matrix.single!.geometricMean, 12);
  });

  test('does not exist where no feature has two values', () => {
    const same = matrix.cases.map(() => ({ M: 5 }));
    expect(bestTwoWayRule(matrix, same)).toBeUndefined();
    expect(bestTwoWayRule(portability([]), [])).toBeUndefined();
  });
});
