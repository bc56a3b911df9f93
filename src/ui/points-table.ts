import { placeText } from '../lab/axes.ts';
import type { SweepOutcome } from '../lab/sweep.ts';
import { significant } from './figures.ts';
import { STATUS_WORDS, statusOf } from './sweep-wording.ts';
import { roofCell, timeCell } from './time-cells.ts';

/** Points of a sweep, a row each; how near each came to its roof where peaks are known. */
export function pointsTable(outcomes: readonly SweepOutcome[]): {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
} {
  const all = outcomes.map(rowOf);
  const columns = all.some((row) => row.at(-1) !== '') ? HEAD.length : HEAD.length - 1;
  return { head: HEAD.slice(0, columns), rows: all.map((row) => row.slice(0, columns)) };
}

const HEAD = ['point', 'status', 'time [95 % interval] and cache', 'arithmetic', 'kernel', 'of its roof'];

function rowOf(point: SweepOutcome): readonly string[] {
  const { at, outcome } = point;
  const first = [placeText(at), STATUS_WORDS[statusOf(point)]];
  if ('rejected' in outcome || outcome.status !== 'ok' || !outcome.timing) return [...first, '', '', '', ''];
  const { timing, derived, kernel } = outcome;
  const rate = derived ? `${significant(derived.gflops.value)} GFLOP/s` : '';
  return [...first, timeCell(timing), rate, kernel?.variant ?? '', roofCell(outcome)];
}
