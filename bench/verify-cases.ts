import { ELEMENT_NAMES } from '../src/formats/element.ts';
import { listFormats } from '../src/formats/catalogue.ts';
import { GROUP_SIZES } from '../src/formats/format.ts';
import { DEFAULT_SPEC, parseSpec, type Spec } from '../src/io/spec.ts';
import { DEFAULT_CAPS } from '../src/kernels/caps.ts';
import { VARIANT_IDS, VARIANTS } from '../src/kernels/registry.ts';
import type { KernelVariant } from '../src/kernels/variant.ts';
import { problemOf } from '../src/lab/plan-spec.ts';
import { LAYOUT_IDS } from '../src/layouts/registry.ts';
import { type Axes, type AxisValues, coverPairs } from './covering-array.ts';

/** One experiment of `verify --all`, and where it lies on its variant's axes. */
export interface VerifyCase {
  readonly spec: Spec;
  readonly axes: AxisValues;
}

/** N and K: what divides every tile and group, what divides none, one column, and less than a chunk over one. */
const SIZES = {
  '128x256': { n: 128, k: 256 },
  '65x161': { n: 65, k: 161 },
  '1x93': { n: 1, k: 93 },
  '130x40': { n: 130, k: 40 },
} as const;
const ALIGNED = '128x256';
const RAGGED = '65x161';
const SIZE_NAMES = Object.keys(SIZES) as (keyof typeof SIZES)[];

/** One token, the few that gemv takes, and more than one tile's rows or a part of one. */
const M_CLASSES = [1, 2, 3, 4, 17, 64];

/**
 * Kernels that are unrolled further are chosen only for pairs that need them: lavapipe takes 0.7 s to compile a gemv of two
 * rows by four columns, and 16 s for four rows by eight.
 */
const CHEAP_MACS = 768;

/** Everything that a case of this variant may vary. */
export function axesOf(variant: KernelVariant): Axes {
  const parameters = variant.parameters.map(({ name, values }) => [name, values]);
  return {
    element: ELEMENT_NAMES,
    group: GROUP_SIZES,
    scale: ['f16', 'f32'],
    zeroPoint: [false, true],
    activation: ['f32', 'f16'],
    layout: LAYOUT_IDS,
    m: M_CLASSES.filter((m) => isAccepted(variant, m)),
    size: SIZE_NAMES,
    ...(Object.fromEntries(parameters) as Axes),
  };
}

/**
 * The cases of `verify --all`: every preset × variant at its default tile on one aligned and one ragged problem, and every
 * other pair of axes by a covering array for each variant. Cases that share a pipeline follow each other.
 */
export function chooseCases(seed: number): VerifyCase[] {
  const cases = VARIANT_IDS.flatMap((id) => {
    const variant: KernelVariant = VARIANTS[id];
    const within = (limit: number) => (row: AxisValues) =>
      macsOf(variant, caseOf(variant, row, seed).spec) <= limit;
    const pairs = coverPairs(axesOf(variant), [within(CHEAP_MACS), within(Number.MAX_VALUE)], 1);
    return [...presetCases(variant, seed), ...pairs.map((row) => caseOf(variant, row, seed))];
  });
  return ordered(unique(cases));
}

/** Every combination of every axis, rejected ones too. */
export function* everyCase(seed: number): Generator<VerifyCase> {
  for (const id of VARIANT_IDS) {
    for (const row of product(Object.entries(axesOf(VARIANTS[id])))) yield caseOf(VARIANTS[id], row, seed);
  }
}

/** How many cases {@link everyCase} has. */
export const countEveryCase = (): number =>
  VARIANT_IDS.map((id) => Object.values(axesOf(VARIANTS[id])))
    .map((axes) => axes.reduce((product, values) => product * values.length, 1))
    .reduce((sum, count) => sum + count, 0);

/** The quarter of the cases that a seed names; four seeds in a row have them all. */
export const quarterOf = <T>(cases: readonly T[], seed: number): T[] =>
  cases.filter((_, index) => index % 4 === seed % 4);

function presetCases(variant: KernelVariant, seed: number): VerifyCase[] {
  // Where M is compiled in, no M is ragged, and one row is what the kernel is for.
  const aligned = isAccepted(variant, 64) ? 64 : 1;
  const ragged = isAccepted(variant, 17) ? 17 : 1;
  const problems = [
    { m: aligned, size: ALIGNED },
    { m: ragged, size: RAGGED },
  ];
  return listFormats(SIZES[ALIGNED].k).flatMap(({ element, group, scale, zeroPoint }) =>
    problems.map(({ m, size }) => {
      const row = { element, group, scale, zeroPoint, activation: 'f32', layout: LAYOUT_IDS[0], m, size };
      const { spec } = caseOf(variant, row, seed);
      return { spec, axes: { ...row, ...variant.defaults(problemOf(spec)) } };
    }),
  );
}

function caseOf(variant: KernelVariant, row: AxisValues, seed: number): VerifyCase {
  const { element, size, ...fields } = row;
  const names = variant.parameters.map(({ name }) => name).filter((name) => name in row);
  const params = Object.fromEntries(names.map((name) => [name, row[name]]));
  const others = Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));
  const spec = parseSpec({
    ...DEFAULT_SPEC,
    weights: 'random',
    ...SIZES[size as keyof typeof SIZES],
    ...others,
    format: element,
    kernel: variant.id,
    params,
    seed,
  });
  return { spec, axes: row };
}

/**
 * Multiply-accumulates of one invocation in one iteration, which is how far a kernel is unrolled; Infinity where not any
 * device can run it: what is chosen must not depend on the machine.
 */
function macsOf(variant: KernelVariant, spec: Spec): number {
  const plan = variant.plan(problemOf(spec), spec.params, DEFAULT_CAPS);
  return plan.kind === 'plan' ? plan.macsPerIteration : Infinity;
}

const isAccepted = (variant: KernelVariant, m: number): boolean =>
  macsOf(variant, { ...DEFAULT_SPEC, m, ...SIZES[ALIGNED], params: {} }) < Infinity;

function unique(cases: readonly VerifyCase[]): VerifyCase[] {
  const known = new Map<string, VerifyCase>();
  for (const one of cases) {
    const key = JSON.stringify(one.spec);
    if (!known.has(key)) known.set(key, one);
  }
  return [...known.values()];
}

/** M last, as it is what most kernels do not compile in. */
function ordered(cases: readonly VerifyCase[]): VerifyCase[] {
  const key = ({ spec: { m, ...rest } }: VerifyCase): string =>
    JSON.stringify([rest.kernel, rest.params, rest, String(m).padStart(4, '0')]);
  return cases
    .map((one) => ({ one, key: key(one) }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ one }) => one);
}

/** Every choice of one value an axis. */
function* product(axes: readonly (readonly [string, Axes[string]])[]): Generator<AxisValues> {
  const [first, ...rest] = axes;
  if (!first) {
    yield {};
    return;
  }
  for (const value of first[1]) for (const row of product(rest)) yield { [first[0]]: value, ...row };
}
