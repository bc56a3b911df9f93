/** A token of WGSL; comments and blank space are none. */
export interface Token {
  readonly kind: 'name' | 'number' | 'symbol';
  readonly text: string;
  /** Index of its first character, and of the one behind it. */
  readonly start: number;
  readonly end: number;
  /** 1-based. */
  readonly line: number;
}

/** A text that is no WGSL, or WGSL of a kind that this project cannot follow. The message is a part of a sentence for users. */
export class WgslTextError extends Error {
  override readonly name = 'WgslTextError';
}

/** Blank space and line comments, names, numbers, symbols of several characters, any other character. */
const TOKEN =
  /(\s+|\/\/[^\n]*)|([\p{XID_Start}_][\p{XID_Continue}]*)|(0[xX][\da-fA-F.]+(?:[pP][+-]?\d+)?[iufh]?|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[iufh]?)|(<<=|>>=|->|&&|\|\||\+\+|--|[=!<>+\-*/%&|^]=|[^])/uy;

/**
 * The tokens of a text. `<` and `>` stand alone, so that `>>` is two of them, for they may close lists of types.
 *
 * @throws WgslTextError for a comment without an end.
 */
export function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let line = 1;
  let at = 0;
  while (at < text.length) {
    const start = at;
    if (text.startsWith('/*', at)) at = endOfComment(text, at);
    else {
      TOKEN.lastIndex = at;
      const [whole, , name, number, symbol] = TOKEN.exec(text)!;
      at += whole.length;
      const kind = name !== undefined ? 'name' : number !== undefined ? 'number' : 'symbol';
      if (name ?? number ?? symbol) tokens.push({ kind, text: whole, start, end: at, line });
    }
    for (let i = start; i < at; i++) if (text[i] === '\n') line++;
  }
  return tokens;
}

/** Where a block comment ends; they nest. */
function endOfComment(text: string, start: number): number {
  const marks = /\/\*|\*\//g;
  marks.lastIndex = start;
  let depth = 0;
  for (let mark = marks.exec(text); mark; mark = marks.exec(text)) {
    depth += mark[0] === '/*' ? 1 : -1;
    if (depth === 0) return marks.lastIndex;
  }
  throw new WgslTextError('a comment has no end');
}
