import type { ModuleText, Range } from '../module-text.ts';
import { type Mutant, replaced } from '../mutant.ts';

/** Names and components that stand for neighbouring things. */
const SWAPS: readonly (readonly [string, string])[] = [
  ['m', 'n'],
  ['m0', 'n0'],
  ['tx', 'ty'],
  ['lane', 'part'],
  ['lane', 'inner'],
  ['BM', 'BN'],
  ['TM', 'TN'],
  ['x', 'y'],
  ['z', 'w'],
];
const OTHER = new Map(SWAPS.flatMap(([a, b]) => [[b, a] as const, [a, b] as const]));

/** Every expression that stands by itself: in brackets, between commas, behind `=` and `return`. */
const expressions = (module: ModuleText): Range[] => [
  ...module
    .live('(', '[')
    .flatMap((open) => module.parts({ from: open + 1, to: module.partner[open]! }, ',')),
  ...module.values(),
];

/** An operand and the operator beside it left out, wherever there are at least two. */
function dropped(module: ModuleText, operator: string, range: Range, signs: readonly string[]): Mutant[] {
  const parts = module.parts(range, ...signs);
  if (parts.length < 2) return [];
  return parts.flatMap((part, i) => {
    const next = parts[i + 1];
    if (i > 0 && module.isNeutral(part.from - 1)) return [];
    if (i === 0 && module.word(next!.from - 1) === '*' && /^1u?$/.test(module.textOf(part))) return [];
    if (i > 0 && signs.includes('*') && /^0u?$/.test(module.textOf(parts[0]!))) return [];
    const whole = i > 0 ? { from: part.from - 1, to: part.to } : { from: part.from, to: next!.from };
    return [replaced(module, operator, whole, '')];
  });
}

/** Indices one further, terms and factors left out, names and components in each other's place. */
export const indices = (module: ModuleText): readonly Mutant[] => [
  ...module
    .indices()
    .filter((range) => !/^\d+u?$/.test(module.textOf(range)))
    .map((range) => replaced(module, 'index + 1', range, `(${module.textOf(range)}) + 1u`)),
  ...expressions(module).flatMap((range) => dropped(module, 'term dropped', range, ['+', '-'])),
  ...expressions(module).flatMap((range) =>
    module.parts(range, '+', '-').flatMap((term) => dropped(module, 'factor dropped', term, ['*', '/', '%'])),
  ),
  ...module
    .live(...OTHER.keys())
    .map((i) => replaced(module, 'names swapped', { from: i, to: i + 1 }, OTHER.get(module.word(i))!)),
];
