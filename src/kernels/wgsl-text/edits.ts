import type { Span, WgslModule } from './module.ts';

/** Another text for a stretch of a module's tokens, or one to be put in front of `from` where the stretch is empty. */
export interface Edit extends Span {
  readonly text: string;
}

/** The text of a module with edits made, which must not overlap and may have no more lines than what they replace. */
export function edited(
  { text, tokens }: Pick<WgslModule, 'text' | 'tokens'>,
  edits: readonly Edit[],
): string {
  let at = 0;
  let result = '';
  for (const { from, to, text: replacement } of [...edits].sort((a, b) => a.from - b.from || a.to - b.to)) {
    const start = tokens[from]!.start;
    const end = from === to ? start : tokens[to - 1]!.end;
    // What follows keeps its line.
    const lost = linesIn(text.slice(start, end)) - linesIn(replacement);
    result += text.slice(at, start) + replacement + '\n'.repeat(lost);
    at = end;
  }
  return result + text.slice(at);
}

const linesIn = (text: string): number => text.split('\n').length;
