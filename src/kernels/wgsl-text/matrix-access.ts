import { bracketed, listed, type Span, textOf, type WgslModule } from './module.ts';
import { WgslTextError } from './tokens.ts';

/** A call that loads or stores a matrix of a subgroup, or one that has nothing to do with workgroup memory. */
export type MatrixAccess =
  | { readonly kind: 'other' }
  | {
      readonly kind: 'read' | 'write';
      /** The token behind the `&` of its first argument. */
      readonly variable: number;
      /** Its arguments behind the first: the offset, what is stored, the elements from a line to the next. */
      readonly values: readonly Span[];
      /** Lines of elements that lie side by side, and elements of a line, as numbers of the text. */
      readonly lines: string;
      readonly along: string;
      /** Its text up to its first argument. */
      readonly head: string;
      /** The token behind it. */
      readonly next: number;
    };

/**
 * The call of `subgroupMatrixLoad<T, order>(&variable, offset, stride)`, or of `subgroupMatrixStore<order>` with a value before the
 * stride, that begins at a token.
 *
 * @throws WgslTextError where the size of a matrix that is stored is not to be seen, for there are several types of results.
 */
export function matrixAccessAt(module: WgslModule, at: number): MatrixAccess {
  const { tokens, workgroup } = module;
  const kind = tokens[at]!.text === 'subgroupMatrixLoad' ? 'read' : 'write';
  let open = at + 1;
  while (tokens[open]!.text !== '(') open++;
  const types = listed(tokens, { from: at + 2, to: open - 1 });
  const given = bracketed(tokens, open);
  const [pointer, ...values] = listed(tokens, given);
  const variable = pointer!.from + 1;
  if (tokens[pointer!.from]!.text === '&' && !workgroup.has(tokens[variable]!.text)) return { kind: 'other' };
  const [columns, rows] = sizeOf(module, kind === 'read' ? types[0] : undefined, at);
  const byRows = textOf(module, types.at(-1)!) === 'row_major';
  return {
    kind,
    variable,
    values,
    lines: byRows ? rows : columns,
    along: byRows ? columns : rows,
    head: textOf(module, { from: at, to: open + 1 }),
    next: given.to + 1,
  };
}

/** Columns and rows of a matrix of a type; of the only type of results that there is, where none is given. */
function sizeOf(module: WgslModule, type: Span | undefined, at: number): readonly [string, string] {
  const { tokens, aliases } = module;
  const results = tokens.flatMap(({ text }, i) => (text === 'subgroup_matrix_result' ? [i] : []));
  const from = type ? (aliases.get(tokens[type.from]!.text) ?? type).from : results[0];
  if (from === undefined || (!type && results.length > 1)) {
    throw new WgslTextError(`in line ${tokens[at]!.line} the size of a matrix is not to be seen`);
  }
  let end = from + 1;
  while (tokens[end]!.text !== '>') end++;
  const [, columns, rows] = listed(tokens, { from: from + 2, to: end }).map((part) => textOf(module, part));
  return [columns!, rows!];
}
