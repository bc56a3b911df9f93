import type { ModuleText } from '../module-text.ts';
import { type Mutant, replaced } from '../mutant.ts';

/** A literal taken apart: its value, and how another value of its type is written. */
interface Literal {
  readonly value: number;
  readonly write: (value: number) => string;
}

/** @returns undefined for a literal whose value a number cannot be sure to hold. */
function literalOf(text: string): Literal | undefined {
  const [, digits, hexSuffix = ''] = /^0x([\da-f]+)([iu]?)$/i.exec(text) ?? [];
  if (digits !== undefined) {
    return { value: parseInt(digits, 16), write: (value) => `0x${(value >>> 0).toString(16)}${hexSuffix}` };
  }
  const suffix = /[iufh]$/.exec(text)?.[0] ?? '';
  const body = suffix === '' ? text : text.slice(0, -1);
  const value = Number(body);
  if (!Number.isFinite(value)) return undefined;
  const isFloat = /[.e]/.test(body) || suffix === 'f' || suffix === 'h';
  return {
    value,
    write: (other) => (isFloat && Number.isInteger(other) ? `${other}.0` : String(other)) + suffix,
  };
}

/** Numbers one more, one less, doubled or 0. */
export const constants = (module: ModuleText): readonly Mutant[] =>
  [...module.tokens.keys()].flatMap((i) => {
    const token = module.tokens[i]!;
    const literal = token.kind === 'number' && module.isLive(i) ? literalOf(token.text) : undefined;
    if (!literal) return [];
    const { value, write } = literal;
    const others = new Map([
      [value + 1, 'number + 1'],
      [value === 0 ? 1 : 2 * value, 'number × 2'],
      [Math.max(0, value - 1), 'number − 1'],
      [0, 'number → 0'],
    ]);
    others.delete(value);
    return [...others].map(([other, operator]) =>
      replaced(module, operator, { from: i, to: i + 1 }, write(other)),
    );
  });
