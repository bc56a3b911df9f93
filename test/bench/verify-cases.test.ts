import { describe, expect, it } from 'vitest';
import { PairCounter } from '../../bench/covering-array.ts';
import { axesOf, chooseCases, countEveryCase, everyCase, quarterOf } from '../../bench/verify-cases.ts';
import { listFormats } from '../../src/formats/catalogue.ts';
import { formatName } from '../../src/formats/format.ts';
import { formatOf, type Spec } from '../../src/io/spec.ts';
import { VARIANT_IDS, VARIANTS } from '../../src/kernels/registry.ts';

const cases = chooseCases(0);

const presetsOf = (kernel: string, chosen: (spec: Spec) => boolean): Set<string> =>
  new Set(
    cases
      .filter(({ spec }) => spec.kernel === kernel && Object.keys(spec.params).length === 0 && chosen(spec))
      .map(({ spec }) => formatName(formatOf(spec))),
  );

describe.each(VARIANT_IDS)('the cases of %s', (id) => {
  const names = new Set(listFormats(256).map(({ name }) => name));

  it('have every format on a problem that tiles divide, and on one that they do not', () => {
    expect(names.size).toBe(80);
    expect(presetsOf(id, ({ n, k }) => n % 128 === 0 && k % 128 === 0)).toEqual(names);
    expect(presetsOf(id, ({ n, k }) => n % 2 === 1 && k % 2 === 1)).toEqual(names);
  });

  it('have nearly all pairs of its axes, and the same ones each time', () => {
    const rows = cases.filter(({ spec }) => spec.kernel === id).map(({ axes }) => axes);
    const counter = new PairCounter(axesOf(VARIANTS[id]));
    for (const row of rows) counter.add(row);
    const { covered, total } = counter.count;
    expect(covered / total).toBeGreaterThan(0.95);
    expect(chooseCases(0)).toEqual(cases);
  });

  it('have both layouts, both activations, and one row as well as several', () => {
    const specs = cases.filter(({ spec }) => spec.kernel === id).map(({ spec }) => spec);
    expect(new Set(specs.map(({ layout }) => layout)).size).toBe(2);
    expect(new Set(specs.map(({ activation }) => activation)).size).toBe(2);
    expect(new Set(specs.map(({ m }) => m)).size).toBeGreaterThan(3);
  });
});

describe('the cases', () => {
  it('are each there once, and few enough to wait for', () => {
    expect(new Set(cases.map(({ spec }) => JSON.stringify(spec))).size).toBe(cases.length);
    expect(cases.length).toBeLessThan(900);
  });

  it('carry the seed', () => {
    expect(chooseCases(7)[0]!.spec.seed).toBe(7);
  });

  it('come in quarters that four seeds in a row make whole', () => {
    const quarters = [5, 6, 7, 8].map((seed) => quarterOf(cases, seed));
    expect(quarters.flat().length).toBe(cases.length);
    expect(new Set(quarters.flat())).toEqual(new Set(cases));
    expect(quarterOf(cases, 9)).toEqual(quarters[0]);
  });

  it('of the whole product count what the axes multiply to', () => {
    const counts = new Map<string, number>();
    for (const { spec } of firstOf(everyCase(0), 3000)) {
      counts.set(spec.kernel, (counts.get(spec.kernel) ?? 0) + 1);
    }
    expect([...counts]).toEqual([[VARIANT_IDS[0], 3000]]);
    const { naive } = VARIANTS;
    // 4 elements, 5 groups, 2 scales, 2 zero points, 2 activations, 2 layouts, 6 M, 4 sizes, and naive's own 4 · 4.
    expect(Object.values(axesOf(naive)).reduce((all, values) => all * values.length, 1)).toBe(122_880);
    expect(countEveryCase()).toBeGreaterThan(122_880);
  });

  it('of the whole product are all different', () => {
    const keys = firstOf(everyCase(0), 3000).map(({ spec }) => JSON.stringify(spec));
    expect(new Set(keys).size).toBe(3000);
  });
});

function firstOf<T>(source: Iterable<T>, count: number): T[] {
  const first: T[] = [];
  for (const one of source) {
    if (first.length === count) break;
    first.push(one);
  }
  return first;
}
