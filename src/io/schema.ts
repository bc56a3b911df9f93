import * as v from 'valibot';

// Schemas whose messages complete the sentence "it must be …": what `describeIssues` builds on.

/** Any text. */
export const text = v.string('text');

/** True or false. */
export const boolean = v.boolean('true or false');

/** A number that JSON can hold. */
export const finite = v.pipe(v.number('a finite number'), v.finite('a finite number'));

/** One of a few words. */
export const oneOf = <const T extends readonly [string, ...string[]]>(words: T) =>
  v.picklist(words, words.length === 1 ? words[0] : `one of ${words.join(', ')}`);

/**
 * A whole number within limits, both included.
 *
 * @param otherwise what else the field may be, for the message: ` or "K"`.
 */
export function wholeNumber(low: number, high: number, otherwise = '') {
  const message = `a whole number from ${String(low)} to ${String(high)}${otherwise}`;
  return v.pipe(v.number(message), v.integer(message), v.minValue(low, message), v.maxValue(high, message));
}

/**
 * Sentences for users about a value that a schema refused: each field, what it holds and what it must be.
 *
 * @param subject names the whole value: `The spec`.
 */
export const describeIssues = (subject: string, issues: readonly v.BaseIssue<unknown>[]): string =>
  issues.map((issue) => describeIssue(subject, issue)).join(' ');

const CONTAINERS: Readonly<Record<string, string>> = {
  object: 'an object',
  strict_object: 'an object',
  record: 'an object',
  array: 'a list',
};

function describeIssue(subject: string, issue: v.BaseIssue<unknown>): string {
  const field = issue.path ? pathOf(issue.path) : subject;
  if (isUnknownField(issue)) return `There is no field ${field}.`;
  if (isMissingField(issue)) return `${field} is missing.`;
  return `${field} is ${shown(issue.input)}: it must be ${CONTAINERS[issue.type] ?? issue.message}.`;
}

/** Whether a strict object was given a field that it does not have. */
export const isUnknownField = (issue: v.BaseIssue<unknown>): boolean =>
  issue.type === 'strict_object' && issue.expected === 'never';

const isMissingField = ({ type, expected }: v.BaseIssue<unknown>): boolean =>
  (type === 'strict_object' || type === 'object') && expected !== 'Object';

/** `results[3].timing.medianNs` */
function pathOf(path: readonly v.IssuePathItem[]): string {
  const parts = path.map(({ key }) => (typeof key === 'number' ? `[${String(key)}]` : `.${String(key)}`));
  return parts.join('').replace(/^\./, '');
}

const SHOWN_LENGTH = 60;

/** A value for a message, cut where it is long; one nested too deep to be spelled is named by its kind. */
export function shown(value: unknown): string {
  const spelled = typeof value === 'number' ? String(value) : (spell(value) ?? typeof value);
  return spelled.length > SHOWN_LENGTH ? `${spelled.slice(0, SHOWN_LENGTH)}…` : spelled;
}

function spell(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return Array.isArray(value) ? 'a list' : 'an object';
  }
}
