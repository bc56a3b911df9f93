import type { Result } from '../io/record.ts';
import type { FormatPoint } from '../lab/format-points.ts';
import type { SweepOutcome } from '../lab/sweep.ts';
import { formatBytes, formatCount, formatPercent, formatTime, plural } from './figures.ts';

/** What became of a point, in a word. */
export const STATUS_WORDS = {
  ok: 'right',
  unsupported: 'rejected',
  wrong: 'WRONG',
  failed: 'failed',
} as const;

/** What became of a point; one that is no spec is rejected. */
export const statusOf = ({ outcome }: SweepOutcome): Result['status'] =>
  'rejected' in outcome ? 'unsupported' : outcome.status;

/** The time of a point that is right [ns]; infinite where there is none. */
export const timeOf = ({ outcome }: SweepOutcome): number =>
  'rejected' in outcome || outcome.status !== 'ok' ? Infinity : (outcome.timing?.medianNs ?? Infinity);

/** How many points became what: `4 points: 3 right, 1 rejected, 0 WRONG, 0 failed`. */
export function sweepTally(outcomes: readonly SweepOutcome[]): string {
  const counts = (['ok', 'unsupported', 'wrong', 'failed'] as const).map((status) => {
    const count = outcomes.filter((outcome) => statusOf(outcome) === status).length;
    return `${formatCount(count)} ${STATUS_WORDS[status]}`;
  });
  return `${plural(outcomes.length, 'point')}: ${counts.join(', ')}`;
}

/** Points without a time by why; reasons that differ in numbers alone count as one, of which the first is told. */
export function reasonLines(outcomes: readonly SweepOutcome[]): string[] {
  const groups = new Map<string, { readonly line: string; count: number; alike: boolean }>();
  for (const outcome of outcomes) {
    const status = statusOf(outcome);
    if (status === 'ok') continue;
    const line = `${STATUS_WORDS[status]}: ${reasonOf(outcome)}`;
    const key = line.replaceAll(/\d+(\.\d+)?/g, '#');
    const group = groups.get(key) ?? { line, count: 0, alike: true };
    group.count++;
    group.alike &&= group.line === line;
    groups.set(key, group);
  }
  return [...groups.values()]
    .sort((a, b) => b.count - a.count)
    .map(({ line, count, alike }) =>
      alike
        ? `${plural(count, 'point')} ${line}`
        : `${plural(count, 'point')} ${line.replace(': ', ', for instance: ')}`,
    );
}

/** Why a point has no time. */
export const reasonOf = ({ outcome }: SweepOutcome): string =>
  ('rejected' in outcome ? outcome.rejected : outcome.reason) ?? 'no reason given';

/** What a table of formats shows. */
export const FRONT_ABOUT =
  'Formats of this weight matrix, each at its fastest; on the front: no other is as fast, as small and as exact.';

/** The columns of {@link frontRows}. */
export const FRONT_HEAD = ['format', 'time', 'weights', 'error (relative RMS)', ''] as const;

/**
 * Formats by time, bytes and error; which of them no other beats is in the last column.
 *
 * @param outcomes the points that the formats are of, by whose timings the cache stands beside a time; none where it shall not.
 */
export const frontRows = (
  formats: readonly FormatPoint[],
  outcomes: readonly SweepOutcome[] = [],
): string[][] =>
  formats.map(({ format, point, medianNs, weightBytes, relRmse, onFront }) => [
    format,
    [formatTime(medianNs), ...cachesOf(outcomes.slice(point, point + 1))].join(' '),
    formatBytes(weightBytes),
    relRmse === 0 ? 'none' : formatPercent(relRmse),
    onFront ? 'on the front' : '',
  ]);

/** With which cache times were taken, for tables without room for it; empty where there is no time. */
export function cacheText(outcomes: readonly SweepOutcome[]): string {
  const [cache, ...others] = cachesOf(outcomes);
  if (cache === undefined) return '';
  return others.length === 0
    ? `All times are with a ${cache} cache.`
    : 'Some times are with a hot cache and some with a cold one; the list of points says which.';
}

/** Each once. */
const cachesOf = (outcomes: readonly SweepOutcome[]): string[] => [
  ...new Set(outcomes.flatMap(({ outcome }) => ('rejected' in outcome ? [] : (outcome.timing?.cache ?? [])))),
];
