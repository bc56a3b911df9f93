import { UsageError } from './usage-error.ts';

/**
 * Splits an option string into words at blanks; single and double quotes keep blanks, as in a shell.
 *
 * @throws UsageError if a quote is not closed.
 */
export function splitWords(text: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote: string | undefined;
  for (const letter of text) {
    if (quote) {
      if (letter === quote) quote = undefined;
      else word = (word ?? '') + letter;
    } else if (letter === '"' || letter === "'") {
      quote = letter;
      word ??= '';
    } else if (/\s/.test(letter)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      word = (word ?? '') + letter;
    }
  }
  if (quote)
    throw new UsageError(`A ${quote} is not closed in: ${text}`, 'Close the quote, or leave it out.');
  if (word !== undefined) words.push(word);
  return words;
}
