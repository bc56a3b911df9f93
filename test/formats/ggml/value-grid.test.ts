import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeElement } from '../../../src/formats/element.ts';
import { parseElement } from '../../../src/formats/element-names.ts';
import { ValueGrid } from '../../../src/formats/ggml/value-grid.ts';

const NAMES = ['int3', 'int4', 'int5', 'int6', 'int8', 'uint2', 'uint4', 'uint5', 'ternary', 'bipolar1'];
const TABLES = ['e2m1', 'iq4-nl', 'int2-ggml', 'table:-4,-1,-0.75,0,100', 'table:0,1'];

/** The distance of `y` from the nearest of the values, by looking at each. */
const distance = (values: Float64Array, y: number): number =>
  values.reduce((least, value) => Math.min(least, Math.abs(y - value)), Infinity);

describe.each([...NAMES, ...TABLES])('the values of %s', (name) => {
  const grid = new ValueGrid(parseElement(name));

  test('ascend, and are those of their codes', () => {
    expect(grid.values).toEqual(grid.values.toSorted());
    expect(new Set(grid.values).size).toBe(grid.values.length);
    expect([...grid.codes].map((code) => decodeElement(parseElement(name), code))).toEqual([...grid.values]);
  });

  // Next to half way between two values, the rounding of f64 may find the other, which is as near but for that.
  test('none is nearer than the one that is found', () => {
    const y = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.double({ min: -150, max: 150, noNaN: true }),
    );
    fc.assert(
      fc.property(y, (each) => {
        const found = Math.abs(each - grid.values[grid.nearest(each)]!);
        expect(found).toBeLessThanOrEqual(distance(grid.values, each) * (1 + 2 ** -51));
      }),
      { numRuns: 500 },
    );
  });

  test('a value is its own nearest, and half way a neighbour is', () => {
    grid.values.forEach((value, i) => {
      expect(grid.nearest(value)).toBe(i);
      const next = grid.values[i + 1];
      if (next !== undefined) expect([i, i + 1]).toContain(grid.nearest((value + next) / 2));
    });
  });
});

test('a neighbour of the nearest is found out', () => {
  const grid = new ValueGrid(parseElement('e2m1'));
  const wrong = grid.values[grid.nearest(2.2) + 1]!;
  expect(Math.abs(2.2 - wrong)).not.toBe(distance(grid.values, 2.2));
});

test('sums and errors are those of the values that are nearest', () => {
  const grid = new ValueGrid(parseElement('int4'));
  const x = Float32Array.of(9, 1, -3, 2.5, 9);
  // Steps of 2 from 0: 1 → 0.5 rounds up to 1; −3 → −1.5 rounds up to −1; 2.5 → 1.25 is 1.
  expect(grid.sums(x, 1, 3, 0.5, 0)).toEqual({ v: 1, vv: 3, xv: 1 + 3 + 2.5 });
  // 1 − 2, −3 + 2, 2.5 − 2.
  expect(grid.error(x, 1, 3, 2, 0)).toBe(1 + 1 + 0.25);
  // From −3: 4, 0 and 5.5 are 2, 0 and 2.75 steps.
  expect(grid.error(x, 1, 3, 2, -3)).toBe(0.25);
  const codes = new Uint8Array(5);
  grid.encode(x, 1, 3, 2, -3, codes);
  expect([...codes]).toEqual([0, 10, 8, 11, 0]);
});
