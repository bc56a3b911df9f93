import { DEFAULT_SPEC, type Spec } from '../src/io/spec.ts';
import { EVERY_FEATURE } from '../src/kernels/caps.ts';
import type { KernelVariant } from '../src/kernels/variant.ts';
import { problemOf } from '../src/lab/plan-spec.ts';
import type { Axes, AxisValues } from './covering-array.ts';
import { LONG, SIZES, type SizeName } from './verify-axes.ts';

/** One token, the few that gemv takes, the tens of skinny, and more than one tile's rows or a part of one. */
export const M_CLASSES = [1, 2, 3, 4, 5, 7, 8, 16, 31, 33, 64, 100, 128];

/** The activations that every choice of a variant's other types goes with. */
export const activationOf = ({ id }: KernelVariant): Spec['activation'] =>
  id.endsWith('dp4a') ? 'i8' : 'f32';

/**
 * The tiles of a variant that a device with every feature takes, for what is chosen must not depend on the machine, and how far
 * each is unrolled: the multiply-accumulates of one invocation in one iteration. They depend on the rows and the parameters, not
 * on the weights.
 */
export interface VerifyTiles {
  /** The axes of a tile: M and the variant's parameters. */
  readonly names: ReadonlySet<string>;
  /** Multiply-accumulates; Infinity where the tile is rejected. */
  macsOf(row: AxisValues): number;
  /** The least of all tiles that have two values; Infinity where none has. */
  leastOf(pair: AxisValues): number;
  /** Whether the tile that is unrolled least of those with a value is taken for N and K of a size. */
  fits(size: SizeName, value: AxisValues): boolean;
  /** The parameters that unroll the kernel least for so many rows. */
  cheapest(m: number): Spec['params'];
}

const knownTiles = new Map<string, VerifyTiles>();

/** The tiles of a variant, planned once. */
export function tilesOf(variant: KernelVariant): VerifyTiles {
  const known = knownTiles.get(variant.id) ?? planTiles(variant);
  knownTiles.set(variant.id, known);
  return known;
}

function planTiles(variant: KernelVariant): VerifyTiles {
  const parameters = variant.parameters.map(({ name, values }) => [name, values] as const);
  const axes = [['m', M_CLASSES] as const, ...parameters];
  const names = axes.map(([name]) => name);
  const keyOf = (row: AxisValues): string => names.map((name) => row[name]).join(' ');
  const macs = new Map<string, number>();
  const least = new Map<string, number>();
  const cheapest = new Map<
    string,
    { readonly m: number; readonly params: Spec['params']; readonly macs: number }
  >();
  for (const row of product(axes) as Iterable<Readonly<Record<string, number>>>) {
    const { m = 1, ...params } = row;
    const here = macsOf(variant, LONG, m, params);
    macs.set(keyOf(row), here);
    for (const value of namesOf(row)) {
      if (here < (cheapest.get(value)?.macs ?? Infinity)) cheapest.set(value, { m, params, macs: here });
    }
    for (const pair of pairsOf(row)) least.set(pair, Math.min(here, least.get(pair) ?? Infinity));
  }
  return {
    names: new Set(names),
    macsOf: (row) => macs.get(keyOf(row)) ?? Infinity,
    leastOf: (pair) => least.get(pairsOf(pair)[0] ?? '') ?? Infinity,
    fits: (size, value) => {
      const tile = cheapest.get(namesOf(value)[0] ?? '');
      return tile !== undefined && macsOf(variant, size, tile.m, tile.params) < Infinity;
    },
    cheapest: (m) => cheapest.get(`m=${m}`)?.params ?? {},
  };
}

/** A name for each value of a row, sorted. */
const namesOf = (row: AxisValues): string[] =>
  Object.entries(row)
    .map(([name, value]) => `${name}=${String(value)}`)
    .sort();

/** A name for each two values of a row, whatever their order. */
function pairsOf(row: AxisValues): string[] {
  const values = namesOf(row);
  return values.flatMap((first, i) => values.slice(i + 1).map((second) => `${first} ${second}`));
}

function macsOf(variant: KernelVariant, size: SizeName, m: number, params: Spec['params']): number {
  const problem = problemOf({ ...DEFAULT_SPEC, activation: activationOf(variant), m, ...SIZES[size] });
  const plan = variant.plan(problem, params, EVERY_FEATURE);
  return plan.kind === 'plan' ? plan.macsPerIteration : Infinity;
}

/** Every choice of one value an axis. */
export function* product(axes: readonly (readonly [string, Axes[string]])[]): Generator<AxisValues> {
  const [first, ...rest] = axes;
  if (!first) {
    yield {};
    return;
  }
  for (const value of first[1]) for (const row of product(rest)) yield { [first[0]]: value, ...row };
}
