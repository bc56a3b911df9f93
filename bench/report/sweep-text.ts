import type { Environment } from '../../src/io/record.ts';
import { type Axis, placeText } from '../../src/lab/axes.ts';
import type { SweepOutcome } from '../../src/lab/sweep.ts';
import type { Judgement } from '../../src/tune/predictor.ts';
import { formatBytes, formatInterval, formatPercent, formatTime, significant } from '../../src/ui/figures.ts';
import { judgementText } from '../../src/ui/judgement-wording.ts';
import { reasonLines, STATUS_WORDS, statusOf, sweepTally, timeOf } from '../../src/ui/sweep-wording.ts';
import type { FormatPoint } from '../sweep/format-points.ts';
import { describeEnvironment, describeSpec } from './describe.ts';
import { plainTable } from './plain-table.ts';

/**
 * What a sweep found, for people: times by the axes, the fastest point, the front of formats, how well times predict others,
 * failures by their reasons.
 *
 * @param judgement of a sweep over shapes enough.
 */
export function sweepText(
  axes: readonly Axis[],
  outcomes: readonly SweepOutcome[],
  formats: readonly FormatPoint[],
  environment: Environment,
  judgement: Judgement | undefined,
): string {
  const varying = axes.filter(({ values }) => values.length > 1);
  return [
    `${sweepTally(outcomes)}\n`,
    varying.length < 2 ? lineTable(outcomes) : heatTable(varying, outcomes),
    ...fastestLine(outcomes),
    ...formatLines(formats),
    ...(judgement ? [`${judgementText(judgement)}\n`] : []),
    ...reasonLines(outcomes).map((line) => `${line}\n`),
    `${describeEnvironment(environment)}\n`,
  ].join('');
}

/** A row a point. */
function lineTable(outcomes: readonly SweepOutcome[]): string {
  const rows = outcomes.map(({ at, outcome }) => {
    if ('rejected' in outcome || !outcome.timing || outcome.status !== 'ok') {
      return [
        placeText(at),
        STATUS_WORDS['rejected' in outcome ? 'unsupported' : outcome.status],
        '',
        '',
        '',
      ];
    }
    const { timing, derived, kernel, quantization } = outcome;
    return [
      placeText(at),
      formatInterval(timing),
      derived ? `${significant(derived.gflops.value)} GFLOP/s` : '',
      quantization ? `${significant(quantization.bitsPerWeight)} bits a weight` : '',
      kernel?.variant ?? '',
    ];
  });
  return plainTable(rows);
}

/** Marks of cells without a time. */
const MARKS = { ok: '', unsupported: '–', wrong: 'WRONG', failed: 'failed' } as const;

/** The first two axes as rows and columns; in a cell the least time over the others. */
function heatTable([rows, columns, ...others]: readonly Axis[], outcomes: readonly SweepOutcome[]): string {
  const over = others.length === 0 ? '' : `, the least over ${others.map(({ name }) => name).join(', ')}`;
  const cells = rows!.values.map((row) => [
    `${rows!.name}=${row}`,
    ...columns!.values.map((column) =>
      cellOf(outcomes.filter(({ at }) => at[rows!.name] === row && at[columns!.name] === column)),
    ),
  ]);
  const head = ['', ...columns!.values.map((value) => `${columns!.name}=${value}`)];
  return `Times${over} (–: rejected):\n${plainTable(cells, head)}`;
}

function cellOf(points: readonly SweepOutcome[]): string {
  // A wrong result is never hidden behind a right one.
  if (points.some((point) => statusOf(point) === 'wrong')) return MARKS.wrong;
  const least = Math.min(...points.map(timeOf));
  if (least < Infinity) return formatTime(least);
  return points.some((point) => statusOf(point) === 'failed') ? MARKS.failed : MARKS.unsupported;
}

function fastestLine(outcomes: readonly SweepOutcome[]): string[] {
  const least = Math.min(...outcomes.map(timeOf));
  const fastest = outcomes.find((outcome) => timeOf(outcome) === least);
  if (least === Infinity || !fastest || 'rejected' in fastest.outcome) return [];
  return [
    `Fastest: ${placeText(fastest.at)}, ${formatTime(least)}  (${describeSpec(fastest.outcome.spec)})\n`,
    'Each point was measured by itself: differences of a few per cent are for compare to judge.\n',
  ];
}

function formatLines(formats: readonly FormatPoint[]): string[] {
  if (formats.length === 0) return [];
  const rows = formats.map(({ format, medianNs, weightBytes, relRmse, onFront }) => [
    format,
    formatTime(medianNs),
    formatBytes(weightBytes),
    relRmse === 0 ? 'none' : formatPercent(relRmse),
    onFront ? 'on the front' : '',
  ]);
  return [
    'Formats of this weight matrix, each at its fastest; on the front: no other is as fast, as small and as exact.\n',
    plainTable(rows, ['format', 'time', 'weights', 'error (relative RMS)', '']),
  ];
}
