import type { Environment } from '../../src/io/record.ts';
import { type Axis, placeText } from '../../src/lab/axes.ts';
import type { FormatPoint } from '../../src/lab/format-points.ts';
import type { SweepOutcome } from '../../src/lab/sweep.ts';
import type { Judgement } from '../../src/tune/predictor.ts';
import { formatInterval, formatTime, significant } from '../../src/ui/figures.ts';
import { judgementText } from '../../src/ui/judgement-wording.ts';
import { type HeatCell, type HeatGrid, heatGrid } from '../../src/ui/sweep-heat.ts';
import {
  FRONT_ABOUT,
  FRONT_HEAD,
  frontRows,
  reasonLines,
  STATUS_WORDS,
  statusOf,
  sweepTally,
  timeOf,
} from '../../src/ui/sweep-wording.ts';
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
  const grid = heatGrid(axes, outcomes);
  return [
    `${sweepTally(outcomes)}\n`,
    grid ? heatTable(grid) : lineTable(outcomes),
    ...fastestLine(outcomes),
    ...formatLines(formats),
    ...(judgement ? [`${judgementText(judgement)}\n`] : []),
    ...reasonLines(outcomes).map((line) => `${line}\n`),
    `${describeEnvironment(environment)}\n`,
  ].join('');
}

/** A row a point. */
function lineTable(outcomes: readonly SweepOutcome[]): string {
  const rows = outcomes.map((point) => {
    const { at, outcome } = point;
    if ('rejected' in outcome || !outcome.timing || outcome.status !== 'ok') {
      return [placeText(at), STATUS_WORDS[statusOf(point)], '', '', ''];
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
function heatTable({ rows, columns, others, cells }: HeatGrid): string {
  const over = others.length === 0 ? '' : `, the least over ${others.map(({ name }) => name).join(', ')}`;
  const lines = cells.map((row, i) => [`${rows.name}=${rows.values[i]!}`, ...row.map(cellText)]);
  const head = ['', ...columns.values.map((value) => `${columns.name}=${value}`)];
  return `Times${over} (–: rejected):\n${plainTable(lines, head)}`;
}

function cellText({ status, ns }: HeatCell): string {
  if (status === undefined) return '';
  return status === 'ok' && ns < Infinity ? formatTime(ns) : MARKS[status];
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

const formatLines = (formats: readonly FormatPoint[]): string[] =>
  formats.length === 0 ? [] : [`${FRONT_ABOUT}\n`, plainTable(frontRows(formats), FRONT_HEAD)];
