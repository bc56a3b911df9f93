import type { ModuleText, Range } from '../module-text.ts';
import { type Mutant, replaced } from '../mutant.ts';

/** A change of an f32, as text over `E`, `F` (f32 or a vector of it) and `U` (u32 or a vector as long). */
type Change = readonly [operator: string, text: string];

const TYPES = [
  ['f32', 'u32'],
  ['vec4<f32>', 'vec4<u32>'],
  ['vec2<f32>', 'vec2<u32>'],
] as const;

/** Rounds to nearest so many significant bits away. */
const shorter = (lost: number): string => {
  const half = `0x${(2 ** (lost - 1)).toString(16)}u`;
  const kept = `0x${(2 ** 32 - 2 ** lost).toString(16)}u`;
  return `bitcast<F>((bitcast<U>(E) + U(${half})) & U(${kept}))`;
};

const PRECISION: readonly Change[] = [
  ['in f16', 'quantizeToF16(E)'],
  ['in bf16', shorter(16)],
  ['in tf32', shorter(13)],
  ['of 5 bits', shorter(19)],
  ['of 3 bits', shorter(21)],
  ['cut to bf16', 'bitcast<F>(bitcast<U>(E) & U(0xffff0000u))'],
];

const RANGES: readonly Change[] = [
  ['flushed below 0.05', 'select(E, F(0.0), abs(E) < F(0.05))'],
  ['flushed below 2^-12', 'select(E, F(0.0), abs(E) < F(0x1p-12f))'],
  ['clamped to ±100', 'clamp(E, F(-100.0), F(100.0))'],
  // Of a u32 there is no negative.
  ['without its sign', 'max(E, -E)'],
];

/** The floats that a kernel computes with: what an fma takes, and what is assigned, initialised or returned. */
const floats = (module: ModuleText): Range[] =>
  [...module.calls().flatMap(({ name, args }) => (name === 'fma' ? args : [])), ...module.values()].filter(
    (range) => !/^-?(0x[\dp.-]+|[\d.]+)f?$/.test(module.textOf(range)),
  );

/** What is no f32 does not compile, and such a mutant is none. */
const changed = (module: ModuleText, changes: readonly Change[]): readonly Mutant[] =>
  floats(module).flatMap((range) =>
    changes.map(([operator, change]) => {
      const texts = TYPES.map(([float, word]) =>
        change.replace(/\b[EFU]\b/g, (name) =>
          name === 'E' ? `(${module.textOf(range)})` : name === 'F' ? float : word,
        ),
      );
      return replaced(module, operator, range, ...new Set(texts));
    }),
  );

/** Numbers with fewer bits than they should have. */
export const precision = (module: ModuleText): readonly Mutant[] => changed(module, PRECISION);

/** Numbers in a narrower range than they should have. */
export const ranges = (module: ModuleText): readonly Mutant[] => changed(module, RANGES);
