import { bracketed, endOfStatement, type Span } from './module.ts';
import type { Token } from './tokens.ts';

/** `=`, an operator with it, or a step of one. */
const ASSIGNS = /^(?:[-+*/%&|^]|<<|>>)?=$|^(?:\+\+|--)$/;

/** An assignment to a variable, or to a part of it. */
export interface Assignment {
  /** The expressions between the brackets behind the name, from left to right. */
  readonly indices: readonly Span[];
  /** Index of its operator, and of the semicolon behind it. */
  readonly operator: number;
  readonly end: number;
}

/** The assignment that a token begins as the name of what is assigned to; undefined where it begins none. */
export function assignmentAt(tokens: readonly Token[], at: number): Assignment | undefined {
  if (!beginsStatement(tokens, at)) return undefined;
  const indices: Span[] = [];
  let operator = at + 1;
  while (tokens[operator]!.text === '[' || tokens[operator]!.text === '.') {
    if (tokens[operator]!.text === '.') operator += 2;
    else {
      const index = bracketed(tokens, operator);
      indices.push(index);
      operator = index.to + 1;
    }
  }
  if (!ASSIGNS.test(tokens[operator]!.text)) return undefined;
  return { indices, operator, end: endOfStatement(tokens, operator) };
}

/** Whether a token begins a statement, one in the head of a loop included. */
const beginsStatement = (tokens: readonly Token[], at: number): boolean =>
  ';{}'.includes(tokens[at - 1]!.text) || (tokens[at - 1]!.text === '(' && tokens[at - 2]!.text === 'for');

/** Whether a token stands behind brackets that begin a statement: `(name)[0] = 1;`. */
export function beginsInBrackets(tokens: readonly Token[], at: number): boolean {
  let first = at;
  while (tokens[first - 1]!.text === '(' && !beginsStatement(tokens, first)) first--;
  return first < at && beginsStatement(tokens, first);
}
