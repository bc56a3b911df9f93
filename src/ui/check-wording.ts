import type { Check, Verification } from '../io/record.ts';

/** What each check is called before users. */
const NAMES: Readonly<Record<Check['check'], string>> = {
  structure: 'Structure',
  precision: 'Precision of one term',
  size: 'Size of the error',
  order: 'Order of lanes',
  races: 'Races',
  bounds: 'Ends of buffers',
  memory: 'Work while timed',
};

/** One check in words. */
export interface CheckWording {
  readonly outcome: Check['outcome'];
  readonly name: string;
  /** A sentence. */
  readonly says: string;
}

/** The checks of a verification in words; none of a record that does not list them. */
export const wordChecks = ({ checks = [] }: Verification): readonly CheckWording[] =>
  checks.map(({ check, outcome, says }) => ({ outcome, name: NAMES[check], says: asSentence(says) }));

/** What the checks come to: `4 checks passed, 1 not made`. */
export function tallyChecks(checks: readonly Pick<Check, 'outcome'>[]): string {
  const count = (wanted: Check['outcome']): number =>
    checks.filter(({ outcome }) => outcome === wanted).length;
  const passed = count('passed');
  return [
    `${String(passed)} ${passed === 1 ? 'check' : 'checks'} passed`,
    ...(['failed', 'not made'] as const).flatMap((outcome) =>
      count(outcome) > 0 ? [`${String(count(outcome))} ${outcome}`] : [],
    ),
  ].join(', ');
}

/** Reasons and constraints come without a full stop, since they also stand inside sentences. */
export const asSentence = (text: string): string =>
  `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`;
