import type { ModuleText, Range } from './module-text.ts';

/** A part of a text and what takes its place. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** One change of a module's text. */
export interface Mutant {
  /** What was done: `a guard dropped`. */
  readonly operator: string;
  /** 1-based line of the change. */
  readonly line: number;
  /** The change; where the type of an expression decides how it is written, once for each type. The first that compiles counts. */
  readonly edits: readonly Edit[];
}

/** What a family of operators makes of a module: all it can. */
export type Family = (module: ModuleText) => readonly Mutant[];

/** A mutant that writes something else in place of a range of tokens. */
export function replaced(
  module: ModuleText,
  operator: string,
  { from, to }: Range,
  ...texts: readonly string[]
): Mutant {
  const start = module.tokens[from]!.start;
  const end = to > from ? module.tokens[to - 1]!.end : start;
  return { operator, line: module.tokens[from]!.line, edits: texts.map((text) => ({ start, end, text })) };
}

/** The text with an edit made. */
export const edited = (text: string, { start, end, text: other }: Edit): string =>
  text.slice(0, start) + other + text.slice(end);

/** The lines that an edit touches, as they become, on one line. */
export function changedLine(text: string, edit: Edit): string {
  const from = text.lastIndexOf('\n', edit.start - 1) + 1;
  const to = text.indexOf('\n', edit.end);
  const rest = text.slice(edit.end, to < 0 ? undefined : to);
  return (text.slice(from, edit.start) + edit.text + rest).trim().replaceAll(/\s+/g, ' ');
}
