import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { range } from '../../../src/base/integers.ts';
import { compose } from '../../../src/layouts/algebra/compose.ts';
import { divide, leftDivide } from '../../../src/layouts/algebra/divide.ts';
import { LayoutError } from '../../../src/layouts/algebra/layout-error.ts';
import { sameLayout } from '../../../src/layouts/algebra/make-layout.ts';
import { permute } from '../../../src/layouts/algebra/permute.ts';
import { columnLocal, local, replicated, spatial } from '../../../src/layouts/algebra/primitives.ts';
import {
  indexOf,
  laneCount,
  localCount,
  type RegisterLayout,
} from '../../../src/layouts/algebra/register-layout.ts';
import { flatten, reshape, squeeze, unsqueeze } from '../../../src/layouts/algebra/reshape.ts';
import { layouts, mappingOf } from './random-layouts.ts';

const RUNS = { numRuns: 80 };

/** A chain of compositions, outermost first. */
const chain = (...links: RegisterLayout[]): RegisterLayout => links.reduce(compose);

describe('compose', () => {
  test('multiplies lanes, locals and indices as it is defined', () => {
    fc.assert(
      fc.property(layouts(2), layouts(2), (a, b) => {
        const result = compose(a, b);
        for (const lane of range(laneCount(result))) {
          for (const i of range(localCount(result))) {
            const [L2, C2] = [laneCount(b), localCount(b)];
            const outer = indexOf(a, Math.floor(lane / L2), Math.floor(i / C2));
            const inner = indexOf(b, lane % L2, i % C2);
            const index = outer.map((x, axis) => x * b.shape[axis]! + inner[axis]!);
            expect(indexOf(result, lane, i)).toEqual(index);
          }
        }
      }),
      { numRuns: 25 },
    );
  });

  test('is associative', () => {
    fc.assert(
      fc.property(layouts(2), layouts(1), layouts(2), (a, b, c) => {
        expect(compose(compose(a, b), c)).toEqual(compose(a, compose(b, c)));
      }),
      RUNS,
    );
  });

  test('is not commutative', () => {
    expect(sameLayout(compose(local(2), spatial(2)), compose(spatial(2), local(2)))).toBe(false);
  });

  test('gives the layout with fewer axes axes of size 1 in front', () => {
    expect(compose(spatial(3), local(2, 1))).toEqual(compose(spatial(1, 3), local(2, 1)));
  });

  test('refuses a tile that is too large', () => {
    expect(() => compose(local(2 ** 12, 1), local(1, 2 ** 13))).toThrow('too large');
  });
});

describe('divide, the vectors of Tilus', () => {
  test.each([
    ['spatial(2,4) / spatial(1,2)', spatial(2, 4), spatial(1, 2), spatial(2, 2)],
    ['spatial(2,4).local(2,1) / local(2,1)', chain(spatial(2, 4), local(2, 1)), local(2, 1), spatial(2, 4)],
    [
      'spatial(2,4).local(2,1) / spatial(1,2).local(2,1)',
      chain(spatial(2, 4), local(2, 1)),
      chain(spatial(1, 2), local(2, 1)),
      spatial(2, 2),
    ],
    [
      'spatial(32,1).local(1,32) / spatial(32,1)',
      chain(spatial(32, 1), local(1, 32)),
      spatial(32, 1),
      local(1, 32),
    ],
    ['spatial(6) / spatial(3)', spatial(6), spatial(3), spatial(2)],
    ['spatial(2,12) / spatial(1,3)', spatial(2, 12), spatial(1, 3), spatial(2, 4)],
    [
      'spatial(2,12).local(2,3) / local(2,3)',
      chain(spatial(2, 12), local(2, 3)),
      local(2, 3),
      spatial(2, 12),
    ],
  ])('%s', (_, dividend, divisor, quotient) => {
    expect(divide(dividend, divisor)).toEqual(quotient);
  });

  test('spatial(2,12).local(2,3) \\ spatial(2,1).local(2,1)', () => {
    const quotient = leftDivide(chain(spatial(2, 12), local(2, 3)), chain(spatial(2, 1), local(2, 1)));
    expect(quotient).toEqual(chain(spatial(1, 12), local(1, 3)));
  });
});

describe('divide', () => {
  test('undoes compose on either side', () => {
    fc.assert(
      fc.property(layouts(2), layouts(2), (a, b) => {
        expect(divide(compose(a, b), b)).toEqual(a);
        expect(leftDivide(compose(a, b), a)).toEqual(b);
      }),
      { numRuns: 300 },
    );
  });

  test('returns a quotient that composes to the dividend, or refuses', () => {
    let divided = 0;
    let refused = 0;
    fc.assert(
      fc.property(layouts(2), layouts(2), (a, b) => {
        try {
          const right = divide(a, b);
          expect(mappingOf(compose(right, b))).toEqual(mappingOf(a));
          divided++;
        } catch (error) {
          expect(error).toBeInstanceOf(LayoutError);
          refused++;
        }
      }),
      { numRuns: 400, seed: 5 },
    );
    expect(divided).toBeGreaterThan(10);
    expect(refused).toBeGreaterThan(10);
  });

  test.each([
    ['another size', spatial(6), spatial(4)],
    ['another kind', spatial(6), local(3)],
    ['another order', local(2, 2), columnLocal(2, 2)],
    ['the outside', chain(spatial(2), local(3)), compose(local(3), spatial(2))],
    ['copies', spatial(4), replicated(2)],
    ['more axes than it has', spatial(4), spatial(2, 1)],
  ])('refuses %s', (_, dividend, divisor) => {
    expect(() => divide(dividend, divisor)).toThrow(LayoutError);
    expect(() => leftDivide(dividend, divisor)).toThrow(LayoutError);
  });

  test('names both layouts in its refusal', () => {
    expect(() => divide(spatial(6), local(3))).toThrow('spatial(6) is not a layout times local(3).');
    expect(() => leftDivide(spatial(6), local(3))).toThrow('spatial(6) is not local(3) times a layout.');
  });
});

describe('permute', () => {
  test('moves the axes of every index', () => {
    fc.assert(
      fc.property(layouts(3), (layout) => {
        const moved = mappingOf(layout).map((lane) => lane.map(([a, b, c]) => [c, a, b]));
        expect(mappingOf(permute(layout, [2, 0, 1]))).toEqual(moved);
      }),
      RUNS,
    );
  });

  test.each([[[0]], [[0, 0]], [[0, 2]], [[0, 1, 2]]])('refuses %j for two axes', (axes) => {
    expect(() => permute(local(2, 3), axes)).toThrow(LayoutError);
  });
});

describe('reshape', () => {
  test('keeps the row-major position of every element', () => {
    fc.assert(
      fc.property(layouts(3), (layout) => {
        const [a = 1, b = 1, c = 1] = layout.shape;
        const position = mappingOf(layout).map((lane) =>
          lane.map(([x = 0, y = 0, z = 0]) => [(x * b + y) * c + z]),
        );
        expect(mappingOf(flatten(layout))).toEqual(position);
        expect(reshape(flatten(layout), [a, b, c])).toEqual(layout);
        const pairs = position.map((lane) => lane.map(([p = 0]) => [Math.floor(p / c), p % c]));
        expect(mappingOf(reshape(layout, [a * b, c]))).toEqual(pairs);
      }),
      RUNS,
    );
  });

  test('cuts a mode where the new axis ends', () => {
    expect(reshape(local(16), [4, 4])).toEqual(local(4, 4));
    expect(reshape(spatial(12), [2, 3, 2])).toEqual(spatial(2, 3, 2));
  });

  test('refuses another number of elements, and an end within a mode that cannot be cut there', () => {
    expect(() => reshape(local(16), [4, 5])).toThrow('a layout of 16 elements');
    expect(() => reshape(local(16), [16, 0])).toThrow('at least 1, not 0');
    expect(() => reshape(chain(spatial(2), local(3)), [3, 2])).toThrow('would cut the mode of 3');
    expect(() => reshape(chain(spatial(3), local(2)), [2, 3])).toThrow('would cut the mode of 2');
  });

  test('squeeze and unsqueeze move axes of size 1', () => {
    expect(squeeze(local(1, 4, 1), [0])).toEqual(local(4, 1));
    expect(unsqueeze(local(4), [0, 2])).toEqual(local(1, 4, 1));
    expect(() => squeeze(local(1, 4), [1])).toThrow(LayoutError);
    expect(() => squeeze(local(1), [0])).toThrow('at least one axis');
    expect(() => squeeze(local(1), [1])).toThrow(LayoutError);
    expect(() => unsqueeze(local(4), [2])).toThrow(LayoutError);
    expect(() => unsqueeze(local(4), [0, 0])).toThrow(LayoutError);
  });
});
