import { ELEMENT_NAMES } from '../src/formats/element-names.ts';
import { PRESET_NAMES, PRESETS } from '../src/formats/presets.ts';
import { gcd, roundUp } from '../src/base/integers.ts';
import { DEFAULT_SPEC, parseSpec, type Spec } from '../src/io/spec.ts';
import { EVERY_FEATURE } from '../src/kernels/caps.ts';
import { VARIANT_IDS, VARIANTS } from '../src/kernels/registry.ts';
import type { KernelVariant } from '../src/kernels/variant.ts';
import { problemOf } from '../src/lab/plan-spec.ts';
import { type Axes, type AxisValues, coverPairs } from './covering-array.ts';
import {
  ALIGNED,
  excludesPair,
  isWeights,
  NEUTRAL,
  neutralFor,
  PROBLEM_AXES,
  RAGGED,
  type SizeName,
  SIZES,
  specFields,
} from './verify-axes.ts';
import { activationOf, M_CLASSES, product, tilesOf } from './verify-tiles.ts';

/** One experiment of `verify --all`, and where it lies on its variant's axes: nowhere for a preset or an element by itself. */
export interface VerifyCase {
  readonly spec: Spec;
  readonly axes: AxisValues | undefined;
}

/**
 * Kernels that are unrolled further are chosen only for pairs that need them: lavapipe takes 0.7 s to compile a gemv of two
 * rows by four columns, and 16 s for four rows by eight.
 */
const CHEAP_MACS = [128, 768, Number.MAX_VALUE];

const knownAxes = new Map<string, Axes>();

/** Everything that a case of this variant may vary: what it takes of each axis, the others being what all take. */
export function axesOf(variant: KernelVariant): Axes {
  const known = knownAxes.get(variant.id);
  if (known) return known;
  const shapes: Axes = { m: M_CLASSES, size: Object.keys(SIZES) };
  const problems = Object.entries({ ...PROBLEM_AXES, ...shapes }).map(
    ([name, values]) => [name, values.filter((value) => takes(variant, { [name]: value }))] as const,
  );
  const parameters = variant.parameters.map(({ name, values }) => [name, values] as const);
  const axes = Object.fromEntries([...problems, ...parameters]) as Axes;
  knownAxes.set(variant.id, axes);
  return axes;
}

/** What stands beside one or two values of a variant's axes. */
const neutralOf = (variant: KernelVariant): AxisValues => ({
  ...NEUTRAL,
  activation: activationOf(variant),
  m: 1,
  size: ALIGNED,
});

/** Whether a variant takes some values of a problem's axes where all others are neutral, on a device that can do anything. */
function takes(variant: KernelVariant, values: AxisValues): boolean {
  const row = { ...neutralOf(variant), ...neutralFor(values), ...values };
  if (!isWeights(row)) return true;
  return variant.plan(problemOf(caseOf(variant, row, 1).spec), {}, EVERY_FEATURE).kind === 'plan';
}

/**
 * Whether two values of a variant's axes never stand together: in any weights, as this variant takes them, or in a tile.
 *
 * @param limit multiply-accumulates of an invocation in one iteration, at most.
 */
export function excludesFor(variant: KernelVariant, limit = Number.MAX_VALUE): (pair: AxisValues) => boolean {
  const tiles = tilesOf(variant);
  return (pair) =>
    Object.keys(pair).every((name) => tiles.names.has(name))
      ? tiles.leastOf(pair) > limit
      : refusesPair(variant, pair);
}

const knownRefusals = new Map<string, boolean>();

/** {@link excludesFor}, of values that are not both of a tile. */
function refusesPair(variant: KernelVariant, pair: AxisValues): boolean {
  const key = `${variant.id} ${JSON.stringify(pair)}`;
  const known = knownRefusals.get(key);
  if (known !== undefined) return known;
  const { size, ...rest } = pair;
  const hasParameter = variant.parameters.some(({ name }) => name in pair);
  const refused =
    size !== undefined && hasParameter
      ? !tilesOf(variant).fits(size as SizeName, rest)
      : excludesPair(pair) || (!hasParameter && !takes(variant, pair));
  knownRefusals.set(key, refused);
  return refused;
}

/**
 * The cases of `verify --all`: every preset × variant at its default tile on one aligned and one ragged problem, every named
 * element × variant, and every pair of the axes by a covering array for each variant. Cases that share a pipeline follow each other.
 */
export function chooseCases(seed: number): VerifyCase[] {
  const cases = VARIANT_IDS.flatMap((id) => {
    const variant: KernelVariant = VARIANTS[id];
    const pairs = pairRows(variant).map((row) => caseOf(variant, row, seed));
    return [...presetCases(variant, seed), ...elementCases(variant, seed), ...pairs];
  });
  return ordered(unique(cases));
}

const knownRows = new Map<string, readonly AxisValues[]>();

/** A covering array of a variant's axes, the same for every seed; found once, for that takes seconds. */
function pairRows(variant: KernelVariant): readonly AxisValues[] {
  const known = knownRows.get(variant.id);
  if (known) return known;
  const tiles = tilesOf(variant);
  const stages = CHEAP_MACS.map((limit) => ({
    allows: (row: AxisValues) => tiles.macsOf(row) <= limit,
    excludes: excludesFor(variant, limit),
  }));
  const rows = coverPairs(axesOf(variant), stages, 1);
  knownRows.set(variant.id, rows);
  return rows;
}

/** Every combination of every axis that is a spec, rejected ones too: the variants in turn, each in steps all over its product. */
export function* everyCase(seed: number): Generator<VerifyCase> {
  let walks = VARIANT_IDS.map((id) => ({
    variant: VARIANTS[id],
    rows: spread(Object.entries(axesOf(VARIANTS[id]))),
  }));
  while (walks.length > 0) {
    const going: typeof walks = [];
    for (const walk of walks) {
      const { value: row, done } = walk.rows.next();
      if (done === true) continue;
      going.push(walk);
      if (isWeights(row)) yield caseOf(walk.variant, row, seed);
    }
    walks = going;
  }
}

/** Every choice of one value an axis, once each, in an order that soon has been everywhere: equal steps by the golden ratio. */
function* spread(axes: readonly (readonly [string, Axes[string]])[]): Generator<AxisValues, void> {
  const count = axes.reduce((product, [, values]) => product * values.length, 1);
  let step = Math.max(1, Math.round(count * 0.618));
  while (gcd(step, count) !== 1) step++;
  for (let i = 0, at = 0; i < count; i++, at = (at + step) % count) {
    let rest = at;
    yield Object.fromEntries(
      axes.map(([name, values]) => {
        const value = values[rest % values.length]!;
        rest = Math.floor(rest / values.length);
        return [name, value];
      }),
    );
  }
}

/** The axes that say what weights are. */
const WEIGHT_AXES = ['element', 'group', 'scale', 'zeroPoint', 'layout'];

/** How many cases {@link everyCase} has. */
export function countEveryCase(): number {
  return VARIANT_IDS.map((id) => {
    const axes = Object.entries(axesOf(VARIANTS[id]));
    const formats = axes.filter(([name]) => WEIGHT_AXES.includes(name));
    let weights = 0;
    for (const row of product(formats)) if (isWeights({ ...NEUTRAL, ...row })) weights++;
    return axes
      .filter(([name]) => !WEIGHT_AXES.includes(name))
      .reduce((count, [, values]) => count * values.length, weights);
  }).reduce((sum, count) => sum + count, 0);
}

/** The quarter of the cases that a seed names; four seeds in a row have them all. */
export const quarterOf = <T>(cases: readonly T[], seed: number): T[] =>
  cases.filter((_, index) => index % 4 === seed % 4);

function presetCases(variant: KernelVariant, seed: number): VerifyCase[] {
  const { aligned, ragged } = rowsOf(variant);
  return PRESET_NAMES.flatMap((format) => {
    const { n, k } = SIZES[RAGGED];
    const problems = [
      { m: aligned, ...SIZES[ALIGNED] },
      // Blocks cannot be cut: such a K is no multiple of the tile where the block is not.
      { m: ragged, n, k: roundUp(k, PRESETS[format]!.format.block) },
    ];
    return problems.map((problem) => ({
      spec: parseSpec({ ...DEFAULT_SPEC, ...typesOf(variant), ...problem, format, kernel: variant.id, seed }),
      axes: undefined,
    }));
  });
}

/** Every element that has a name, on the ragged problem with the first of every other axis. */
function elementCases(variant: KernelVariant, seed: number): VerifyCase[] {
  const m = rowsOf(variant).ragged;
  return ELEMENT_NAMES.map((format) => ({
    spec: parseSpec({
      ...DEFAULT_SPEC,
      ...typesOf(variant),
      ...SIZES[RAGGED],
      m,
      format,
      kernel: variant.id,
      params: tilesOf(variant).cheapest(m),
      seed,
    }),
    axes: undefined,
  }));
}

function caseOf(variant: KernelVariant, row: AxisValues, seed: number): VerifyCase {
  const names = variant.parameters.map(({ name }) => name).filter((name) => name in row);
  const spec = parseSpec({
    ...DEFAULT_SPEC,
    weights: 'random',
    ...SIZES[row['size'] as SizeName],
    m: row['m'],
    ...specFields(row),
    kernel: variant.id,
    params: Object.fromEntries(names.map((name) => [name, row[name]])),
    seed,
  });
  return { spec, axes: row };
}

/** Rows that tiles divide, and rows that they do not; where M is compiled in, no M is ragged, and one row is what the kernel is for. */
function rowsOf(variant: KernelVariant): { readonly aligned: number; readonly ragged: number } {
  const ms = axesOf(variant)['m']!;
  return { aligned: ms.includes(64) ? 64 : 1, ragged: ms.includes(33) ? 33 : 1 };
}

/** The weights and activations of a case by itself. */
const typesOf = (variant: KernelVariant): Pick<Spec, 'weights' | 'activation'> => ({
  weights: 'random',
  activation: activationOf(variant),
});

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
