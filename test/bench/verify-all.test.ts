import { describe, expect, it } from 'vitest';
import { PairCounter } from '../../bench/covering-array.ts';
import { excludesPair, isWeights } from '../../bench/verify-axes.ts';
import {
  axesOf,
  chooseCases,
  countEveryCase,
  everyCase,
  excludesFor,
  quarterOf,
} from '../../bench/verify-cases.ts';
import { ELEMENT_NAMES } from '../../src/formats/element-names.ts';
import { PRESET_NAMES } from '../../src/formats/presets.ts';
import type { Result } from '../../src/io/record.ts';
import type { Spec } from '../../src/io/spec.ts';
import { VARIANT_IDS, VARIANTS } from '../../src/kernels/registry.ts';
import { ENVIRONMENT, okResult, runFake } from './fake-context.ts';

// Here and not in a file beside this one, for it takes long to choose them.
const cases = chooseCases(0);

const formatsOf = (kernel: string, chosen: (spec: Spec) => boolean): Set<string> =>
  new Set(
    cases
      .filter(({ spec, axes }) => spec.kernel === kernel && axes === undefined && chosen(spec))
      .map(({ spec }) => spec.format),
  );

const isDefault = ({ params }: Spec): boolean => Object.keys(params).length === 0;

describe.each(VARIANT_IDS)('the cases of %s', (id) => {
  it('have every preset at the default tile on a problem that tiles divide, and on one that they do not', () => {
    const presets = new Set(PRESET_NAMES);
    expect(PRESET_NAMES.length).toBeGreaterThan(40);
    expect(formatsOf(id, (spec) => isDefault(spec) && spec.n % 128 === 0)).toEqual(presets);
    expect(formatsOf(id, (spec) => isDefault(spec) && spec.n % 2 === 1)).toEqual(presets);
  });

  it('have every named element on the ragged problem', () => {
    const elements = formatsOf(id, ({ n, k }) => n === 65 && k === 161);
    expect(ELEMENT_NAMES.filter((name) => !elements.has(name))).toEqual([]);
  });

  it('have nearly all pairs of its axes that can stand together, and the same ones each time', () => {
    const rows = cases.flatMap(({ spec, axes }) => (spec.kernel === id && axes ? [axes] : []));
    const counter = new PairCounter(axesOf(VARIANTS[id]), excludesFor(VARIANTS[id]));
    for (const row of rows) counter.add(row);
    const { covered, total } = counter.count;
    expect(covered / total).toBeGreaterThan(0.97);
    expect(rows.filter((row) => !isWeights(row))).toEqual([]);
  });

  it('have every layout, each type and epilogue that it takes, and one row as well as several', () => {
    const specs = cases.filter(({ spec }) => spec.kernel === id).map(({ spec }) => spec);
    expect(new Set(specs.map(({ layout }) => layout))).toEqual(new Set(axesOf(VARIANTS[id])['layout']));
    for (const name of ['activation', 'epilogue', 'output'] as const) {
      expect(new Set(specs.map((spec) => spec[name]))).toEqual(new Set(axesOf(VARIANTS[id])[name]));
    }
    expect(new Set(specs.map(({ m }) => m)).size).toBeGreaterThan(3);
  });
});

describe('excludesPair', () => {
  it.each([
    [{ element: 'int4', layout: 'interleaved:planes=2+4' }, true],
    [{ element: 'e2m3', layout: 'interleaved:planes=2+4' }, false],
    [{ element: 'nf4', zeroPoint: true }, true],
    [{ element: 'nf4', zeroPoint: 'min' }, false],
    [{ scale: 'u6·super', group: 40 }, true],
    [{ scale: 'u6·super', group: 64 }, false],
    [{ scale: 'ue4m3·tensor', zeroPoint: 'min' }, true],
    [{ element: 'int4', m: 3 }, false],
  ])('of %j is %s', (pair, excluded) => {
    expect(excludesPair(pair)).toBe(excluded);
  });
});

describe('the cases', () => {
  it('are each there once, and few enough to wait for', () => {
    expect(new Set(cases.map(({ spec }) => JSON.stringify(spec))).size).toBe(cases.length);
    expect(cases.length / VARIANT_IDS.length).toBeLessThan(530);
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

  it('of the whole product come variant by variant in turn, and are those whose weights there can be', () => {
    const counts = new Map<string, number>();
    for (const { spec } of firstOf(everyCase(0), 3000)) {
      counts.set(spec.kernel, (counts.get(spec.kernel) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).toEqual([...VARIANT_IDS].sort());
    const all = VARIANT_IDS.map((id) =>
      Object.values(axesOf(VARIANTS[id])).reduce((product, values) => product * values.length, 1),
    );
    const product = all.reduce((sum, count) => sum + count, 0);
    expect(countEveryCase()).toBeLessThan(product);
    expect(countEveryCase()).toBeGreaterThan(product / 8);
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

const SOFTWARE = { ...ENVIRONMENT, adapter: { ...ENVIRONMENT.adapter, software: true } };
const count = cases.length;

const isPlanted = ({ kernel, format, group }: Spec): boolean =>
  kernel === 'naive' && format === 'int8' && group === 128;

const planted =
  (status: Result['status']) =>
  (spec: Spec): Result =>
    isPlanted(spec) ? { environment: 0, spec, status, reason: 'planted here', retries: 0 } : okResult(spec);

interface Coverage {
  readonly coverage: readonly { readonly pairs: readonly { variant: string; coveredPairs: number }[] }[];
}

describe('verify --all', () => {
  it('verifies on both engines, two at a time, in full on Node and a quarter on a software adapter in Chrome', async () => {
    const ran = await runFake(['verify', '--all'], { environment: SOFTWARE });
    expect(ran.engines.map(({ name }) => name)).toEqual(['node', 'node', 'chrome', 'chrome']);
    expect(ran.specs.length).toBe(count + Math.ceil(count / 4));
    expect(ran).toMatchObject({ code: 0, closed: 4 });
    expect(ran.stdout).toContain(`${count.toLocaleString('en-US')} cases in`);
    expect(ran.stdout).toContain(
      `${Math.ceil(count / 4)} cases of ${count.toLocaleString('en-US')} (a quarter, chosen by --seed)`,
    );
  });

  it('verifies in full on hardware in Chrome', async () => {
    const ran = await runFake(['verify', '--all', '--engine', 'chrome']);
    expect(ran.specs.length).toBe(count);
  });

  it('lists rejections with their reason and ends right', async () => {
    const ran = await runFake(['verify', '--all', '--engine', 'node'], { result: planted('unsupported') });
    expect(ran.code).toBe(0);
    expect(ran.stdout).toMatch(/rejected, \d+ cases?: planted here/);
  });

  it.each([
    ['wrong', 2],
    ['failed', 6],
  ] as const)('names what is %s and ends with %i', async (status, code) => {
    const ran = await runFake(['verify', '--all', '--engine', 'node'], { result: planted(status) });
    expect(ran.code).toBe(code);
    expect(ran.stdout).toMatch(/\d+ × .*int8\w*-g128/);
    expect(ran.stdout).toMatch(new RegExp(`[1-9]\\d* ${status}`));
  });

  it('counts only pairs of right results as covered', async () => {
    const coverageOf = async (result: (spec: Spec) => Result): Promise<unknown> => {
      const { stdout } = await runFake(['verify', '--all', '--engine', 'node', '--json', '-'], { result });
      return (JSON.parse(stdout) as Coverage).coverage[0]!.pairs.find(({ variant }) => variant === 'naive')!
        .coveredPairs;
    };
    const all = await coverageOf(okResult);
    expect(await coverageOf(planted('wrong'))).toBeLessThan(Number(all));
  });
});
