/** One piece of a written layout. */
export interface LayoutToken {
  readonly kind: 'name' | 'number' | 'symbol' | 'end';
  readonly text: string;
  /** Of its first character, counted from 1. */
  readonly column: number;
}

const TOKEN = /\s*(?:(?<name>[A-Za-z_]\w*)|(?<number>\d+)|(?<symbol>\S))/guy;

/** Cuts an expression into names, digits and single characters; the last token is the end. Accepts any text. */
export function layoutTokens(text: string): LayoutToken[] {
  const tokens: LayoutToken[] = [];
  for (const match of text.matchAll(TOKEN)) {
    const { name, number, symbol } = match.groups ?? {};
    const kind = name !== undefined ? 'name' : number !== undefined ? 'number' : 'symbol';
    const value = name ?? number ?? symbol ?? '';
    tokens.push({ kind, text: value, column: match.index + match[0].length - value.length + 1 });
  }
  tokens.push({ kind: 'end', text: '', column: text.length + 1 });
  return tokens;
}
