import fc from 'fast-check';
import { range } from '../../../src/base/integers.ts';
import { makeLayout } from '../../../src/layouts/algebra/make-layout.ts';
import { elementCount } from '../../../src/layouts/algebra/row-major.ts';
import {
  indexOf,
  laneCount,
  localCount,
  type RegisterLayout,
} from '../../../src/layouts/algebra/register-layout.ts';

/** Layouts over `rank` axes with any order of modes, some of size 1, not canonical. */
export function rawLayouts(rank: number, { copies }: { copies: boolean }): fc.Arbitrary<RegisterLayout> {
  const mode = fc.record({
    axis: fc.nat(rank - 1),
    size: fc.constantFrom(1, 2, 2, 3, 4),
    spatial: fc.boolean(),
    order: fc.nat(),
  });
  const copy = fc.record({ count: fc.constantFrom(1, 2, 3), order: fc.nat() });
  return fc
    .record({
      modes: fc.array(mode, { maxLength: 5 }),
      copies: fc.array(copy, { maxLength: copies ? 2 : 0 }),
    })
    .map((drawn) => {
      const modes = drawn.modes.toSorted((a, b) => a.axis - b.axis);
      const sizes = (axis: number) => modes.filter((m) => m.axis === axis).map(({ size }) => size);
      const named = modes.map((m, i) => ({ ...m, name: i }));
      const sorted = <T extends { order: number }>(list: T[]) => list.toSorted((a, b) => a.order - b.order);
      const replicated = drawn.copies.map(({ count, order }) => ({ order, name: -count }));
      return {
        shape: range(rank).map((axis) => elementCount(sizes(axis))),
        modeShape: modes.map(({ size }) => size),
        spatialModes: sorted([...named.filter((m) => m.spatial), ...replicated]).map(({ name }) => name),
        localModes: sorted(named.filter((m) => !m.spatial)).map(({ name }) => name),
      };
    });
}

/** Canonical layouts over `rank` axes. */
export const layouts = (rank: number, options = { copies: true }): fc.Arbitrary<RegisterLayout> =>
  rawLayouts(rank, options).map(makeLayout);

/** The mapping itself, independent of how it is written: the elements of lane 0, of lane 1, … */
export const mappingOf = (layout: RegisterLayout): number[][][] =>
  range(laneCount(layout)).map((lane) =>
    range(localCount(layout)).map((local) => indexOf(layout, lane, local)),
  );
