import { edited, type Edit } from './edits.ts';
import { type Token, tokensOf } from './tokens.ts';

/**
 * A text whose buffers that are arrays of a fixed length are arrays as long as what is bound: an index behind the fixed end is no
 * longer changed into another. Lengths inside of structs and aliases stay.
 *
 * @throws WgslTextError for a comment without an end.
 */
export function withoutLengths(text: string): string {
  const tokens = tokensOf(text);
  const edits: Edit[] = [];
  for (const [i, token] of tokens.entries()) {
    if (token.text !== 'var' || tokens[i + 2]?.text !== 'storage') continue;
    const list = tokens.findIndex(({ text: found }, at) => at > i && found === ':') + 2;
    if (tokens[list - 1]?.text !== 'array') continue;
    const { comma, end } = argumentsAt(tokens, list);
    if (comma !== undefined) edits.push({ from: comma, to: end, text: '' });
  }
  return edited({ text, tokens }, edits);
}

const BRACKETS: Readonly<Partial<Record<string, number>>> = { '(': 1, '[': 1, ')': -1, ']': -1 };

/** The first comma between the arguments of a list of types that opens at `list`, and its end. */
function argumentsAt(
  tokens: readonly Token[],
  list: number,
): { readonly comma?: number; readonly end: number } {
  let lists = 0;
  let brackets = 0;
  let comma: number | undefined;
  for (let at = list; at < tokens.length; at++) {
    const { text } = tokens[at]!;
    brackets += BRACKETS[text] ?? 0;
    // Inside of brackets, they compare.
    if (brackets > 0) continue;
    if (isShift(tokens, at)) at++;
    else if (text === '<') lists++;
    if (text === '>' && --lists === 0) return comma === undefined ? { end: at } : { comma, end: at };
    if (text === ',' && lists === 1) comma ??= at;
  }
  return { end: tokens.length };
}

/** Two side by side shift a number; of two that close, each closes a list. */
const isShift = (tokens: readonly Token[], at: number): boolean =>
  tokens[at]!.text === '<' && tokens[at + 1]?.text === '<' && tokens[at + 1]!.start === tokens[at]!.end;
