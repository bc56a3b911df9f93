import { EQUIVALENT_NUMBERS } from './equivalent-numbers.ts';
import { EQUIVALENT_STRUCTURE } from './equivalent-structure.ts';

/** A survivor: what was changed, where, and on what problem. */
export interface Survivor {
  readonly kernel: string;
  readonly format: string;
  /** File, or generated part, and its line. */
  readonly at: string;
  readonly operator: string;
  /** The line as it was, and as it became. */
  readonly was: string;
  readonly line: string;
}

/** What `Equivalent` patterns are matched with; it has no line numbers. */
export const nameOf = ({ kernel, format, at, operator, was, line }: Survivor): string =>
  `${kernel} ${format} | ${at.replace(/:\d+$/, '')} | ${operator} | ${was} → ${line}`;

const EQUIVALENTS = [...EQUIVALENT_STRUCTURE, ...EQUIVALENT_NUMBERS];

/** Why a survivor is no fault; `undefined` where nobody has said. */
export const explanationOf = (survivor: Survivor): string | undefined =>
  EQUIVALENTS.find(({ pattern }) => pattern.test(nameOf(survivor)))?.why;
