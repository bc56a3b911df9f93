import { UsageError } from './usage-error.ts';

/**
 * Splits an option string into words at blanks; single and double quotes keep blanks, as in a shell.
 *
 * @throws UsageError if a quote is not closed.
 */
export function splitWords(text: string): string[] {
  const unclosed = /['"]/.exec(text.replaceAll(QUOTED, ''))?.[0];
  if (unclosed) {
    throw new UsageError(`A ${unclosed} is not closed in: ${text}`, 'Close the quote, or leave it out.');
  }
  const words = text.match(WORD) ?? [];
  return words.map((word) => word.replaceAll(QUOTED, (quoted) => quoted.slice(1, -1)));
}

/** What stands between a pair of quotes, with them. */
const QUOTED = /'[^']*'|"[^"]*"/g;
/** Quoted and bare pieces without a blank between them. */
const WORD = /(?:'[^']*'|"[^"]*"|[^\s'"])+/g;
