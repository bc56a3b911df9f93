import type { Family } from './mutant.ts';
import { arithmetic } from './operators/arithmetic.ts';
import { bits } from './operators/bits.ts';
import { bounds } from './operators/bounds.ts';
import { constants } from './operators/constants.ts';
import { indices } from './operators/indices.ts';
import { precision, ranges } from './operators/numbers.ts';
import { barriers, statements } from './operators/statements.ts';

/** Every family of operators, by name. */
export const FAMILIES: Readonly<Record<string, Family>> = {
  constants,
  indices,
  bounds,
  bits,
  arithmetic,
  statements,
  barriers,
  precision,
  ranges,
};
