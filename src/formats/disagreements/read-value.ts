import { DisagreementError } from './disagreement.ts';

/** How a value is written: `0x7F`, a list with commas, or one number. */
export type Notation = 'hex' | 'list' | 'number';

const HEX = /^0x[0-9a-f]+$/i;
const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const POWER = /^([+-]?)2\^([+-]?\d+)$/;
const INFINITE = /^([+-]?)inf(?:inity)?$/i;

/** How `text`, without blanks around it, is written. */
export function notationOf(text: string): Notation {
  if (/[,\s]/.test(text)) return 'list';
  return HEX.test(text) ? 'hex' : 'number';
}

/**
 * A number as users write it: decimal, `2^-9`, `0x7F`, `inf`; rounded to f32, which is what the rules are given.
 *
 * @throws DisagreementError if it is none.
 */
export function readNumber(text: string): number {
  if (HEX.test(text) || DECIMAL.test(text)) return Math.fround(Number(text));
  const power = POWER.exec(text);
  if (power) return Math.fround((power[1] === '-' ? -1 : 1) * 2 ** Number(power[2]));
  const infinite = INFINITE.exec(text);
  if (infinite) return infinite[1] === '-' ? -Infinity : Infinity;
  throw new DisagreementError(
    `"${text}" is no value: write a number (0.25, 2^-9, inf), a code (0x7F) or a list (7,3.5,2.333,.3).`,
  );
}

/** A list with commas or blanks between its numbers. @throws DisagreementError if one is unreadable or none is there. */
export const readList = (text: string): number[] => text.split(/\s*,\s*|\s+/).map(readNumber);

/** A code of `bits` bits, decimal or hexadecimal. @throws DisagreementError if it is none. */
export function readCode(text: string, bits: number): number {
  const code = readNumber(text);
  const top = 2 ** bits - 1;
  if (Number.isInteger(code) && code >= 0 && code <= top) return code;
  throw new DisagreementError(
    `${text} is no code of ${String(bits)} bits: 0 to 0x${top.toString(16).toUpperCase()}.`,
  );
}
