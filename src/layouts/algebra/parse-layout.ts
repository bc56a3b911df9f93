import { compose } from './compose.ts';
import { divide, leftDivide } from './divide.ts';
import { LayoutError } from './layout-error.ts';
import { type LayoutToken, layoutTokens } from './layout-tokens.ts';
import { permute } from './permute.ts';
import { columnLocal, columnSpatial, local, replicated, spatial } from './primitives.ts';
import type { RegisterLayout } from './register-layout.ts';
import { flatten, reshape, squeeze, unsqueeze } from './reshape.ts';

/** A longer expression is a mistake, or an attack. */
const MAX_LENGTH = 1000;

type Primitive = (...numbers: number[]) => RegisterLayout;
type Method = (layout: RegisterLayout, numbers: readonly number[]) => RegisterLayout;
type Operator = (a: RegisterLayout, b: RegisterLayout) => RegisterLayout;

const PRIMITIVES = new Map<string, Primitive>([
  ['local', local],
  ['spatial', spatial],
  ['column_local', columnLocal],
  ['column_spatial', columnSpatial],
  ['replicated', (...numbers) => replicated(only(numbers))],
]);

const METHODS = new Map<string, Method>([
  ...[...PRIMITIVES].map(([name, primitive]): [string, Method] => [
    name,
    (layout, numbers) => compose(layout, primitive(...numbers)),
  ]),
  ['permute', permute],
  ['reshape', reshape],
  ['squeeze', squeeze],
  ['unsqueeze', unsqueeze],
  ['flatten', (layout, numbers) => (numbers.length === 0 ? flatten(layout) : refuseNumbers('none'))],
]);

const OPERATORS = new Map<string, Operator>([
  ['*', compose],
  ['/', divide],
  ['\\', leftDivide],
]);

function only([number, ...more]: readonly number[]): number {
  return number !== undefined && more.length === 0 ? number : refuseNumbers('one number');
}

function refuseNumbers(expected: string): never {
  throw new LayoutError(`expected ${expected} in the parentheses.`);
}

/**
 * Reads a written layout, such as `local(2, 1).spatial(8, 4).local(1, 2)`.
 *
 * Primitives `local`, `spatial`, `column_local`, `column_spatial` and `replicated` start a layout, and as methods compose
 * one behind it; `permute`, `reshape`, `squeeze`, `unsqueeze` and `flatten` are methods only. `a * b` composes, `a / b`
 * takes b off the inside of a, `a \ b` off the outside; all three bind equally, from left to right, and weaker than methods.
 *
 * @throws LayoutError with the column and what was expected there, or what is wrong with the layout up to there.
 */
export function parseLayout(text: string): RegisterLayout {
  if (text.length > MAX_LENGTH) {
    throw new LayoutError(
      `an expression has at most ${MAX_LENGTH} characters; this one has ${text.length}.`,
      MAX_LENGTH + 1,
    );
  }
  const reader = new Reader(layoutTokens(text));
  const layout = readProduct(reader);
  if (reader.token.kind !== 'end') reader.refuse('a method, an operator or the end');
  return layout;
}

/** The tokens, and how far they are read. */
class Reader {
  readonly #tokens: readonly LayoutToken[];
  #at = 0;

  constructor(tokens: readonly LayoutToken[]) {
    this.#tokens = tokens;
  }

  /** The next token; at the end, the end. */
  get token(): LayoutToken {
    return this.#tokens[this.#at]!;
  }

  /** Goes on if the next token is this symbol. */
  skip(symbol: string): boolean {
    const { kind, text } = this.token;
    if (kind !== 'symbol' || text !== symbol) return false;
    this.#at++;
    return true;
  }

  /** Takes a token of one kind. */
  take(kind: 'name' | 'number', expected: string): LayoutToken {
    const { token } = this;
    if (token.kind !== kind) this.refuse(expected);
    this.#at++;
    return token;
  }

  refuse(expected: string): never {
    const { kind, text, column } = this.token;
    const found = kind === 'end' ? 'the end' : `“${text}”`;
    throw new LayoutError(`expected ${expected}, found ${found}.`, column);
  }
}

function readProduct(reader: Reader): RegisterLayout {
  let layout = readChain(reader);
  for (;;) {
    const { kind, text, column } = reader.token;
    const operator = kind === 'symbol' ? OPERATORS.get(text) : undefined;
    if (!operator) return layout;
    reader.skip(text);
    const left = layout;
    const right = readChain(reader);
    layout = applyAt(column, () => operator(left, right));
  }
}

function readChain(reader: Reader): RegisterLayout {
  let layout = readStart(reader);
  while (reader.skip('.')) {
    const { name, column, numbers } = readCall(reader, METHODS, 'a method');
    const method = METHODS.get(name)!;
    const before = layout;
    layout = applyAt(column, () => method(before, numbers));
  }
  return layout;
}

function readStart(reader: Reader): RegisterLayout {
  if (reader.skip('(')) {
    const layout = readProduct(reader);
    if (!reader.skip(')')) reader.refuse('“)”, a method or an operator');
    return layout;
  }
  const { name, column, numbers } = readCall(reader, PRIMITIVES, '“(” or a layout');
  return applyAt(column, () => PRIMITIVES.get(name)!(...numbers));
}

interface Call {
  readonly name: string;
  readonly column: number;
  readonly numbers: readonly number[];
}

/** @param known the names that may stand here */
function readCall(reader: Reader, known: ReadonlyMap<string, unknown>, what: string): Call {
  const expected = `${what} (${[...known.keys()].join(', ')})`;
  if (!known.has(reader.token.text)) reader.refuse(expected);
  const { text: name, column } = reader.take('name', expected);
  if (!reader.skip('(')) reader.refuse(`“(” after ${name}`);
  const numbers: number[] = [];
  if (reader.skip(')')) return { name, column, numbers };
  do numbers.push(readNumber(reader));
  while (reader.skip(','));
  if (!reader.skip(')')) reader.refuse('“,” or “)”');
  return { name, column, numbers };
}

function readNumber(reader: Reader): number {
  const { text, column } = reader.take('number', 'a whole number');
  const number = Number(text);
  if (!Number.isSafeInteger(number)) throw new LayoutError(`the number ${text} is too large.`, column);
  return number;
}

/** Tells the user where in the expression the operation stands that failed. */
function applyAt(column: number, operation: () => RegisterLayout): RegisterLayout {
  try {
    return operation();
  } catch (cause) {
    if (cause instanceof LayoutError && cause.column === undefined) {
      throw new LayoutError(cause.message, column);
    }
    throw cause;
  }
}
