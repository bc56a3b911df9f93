import type { Environment } from '../../src/io/record.ts';
import { type Axis, placeText } from '../../src/lab/axes.ts';
import type { FormatPoint } from '../../src/lab/format-points.ts';
import type { SweepOutcome } from '../../src/lab/sweep.ts';
import type { Judgement } from '../../src/tune/predictor.ts';
import { formatTime, significant } from '../../src/ui/figures.ts';
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
import { roofCell, timeCell } from '../../src/ui/time-cells.ts';
import { describeEnvironment, describeSpec } from './describe.ts';
import { plainTable } from './plain-table.ts';
import { warningsOf } from './warnings.ts';

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
    ...formatLines(formats, outcomes),
    ...(judgement ? [`${judgementText(judgement)}\n`] : []),
    ...reasonLines(outcomes).map((line) => `${line}\n`),
    ...warningsOf(outcomes.flatMap(({ outcome }) => ('status' in outcome ? [outcome] : []))).map(
      (warning) => `${warning}\n`,
    ),
    `${describeEnvironment(environment)}\n`,
  ].join('');
}

/** A row a point. */
function lineTable(outcomes: readonly SweepOutcome[]): string {
  const rows = outcomes.map((point) => {
    const { at, outcome } = point;
    if ('rejected' in outcome || !outcome.timing || outcome.status !== 'ok') {
      return [placeText(at), STATUS_WORDS[statusOf(point)], '', '', '', ''];
    }
    const { timing, derived, kernel, quantization } = outcome;
    return [
      placeText(at),
      timeCell(timing),
      derived ? `${significant(derived.gflops.value)} GFLOP/s` : '',
      quantization ? `${significant(quantization.bitsPerWeight)} bits a weight` : '',
      kernel?.variant ?? '',
      roofCell(outcome),
    ];
  });
  return plainTable(rows);
}

/** Marks of cells without a time. */
const MARKS = { ok: '', unsupported: '–', wrong: 'WRONG', failed: 'failed' } as const;

/** The first two axes as rows and columns; in a cell the least time over the others, its cache and how near to its roof it is. */
function heatTable({ rows, columns, others, cells }: HeatGrid): string {
  const over = others.length === 0 ? '' : `, the least over ${others.map(({ name }) => name).join(', ')}`;
  const lines = cells.map((row, i) => [`${rows.name}=${rows.values[i]!}`, ...row.map(cellText)]);
  const head = ['', ...columns.values.map((value) => `${columns.name}=${value}`)];
  const near = cells.flat().some(({ fastest }) => fastest?.derived?.percentOfPeak);
  return `Times${over}, with the cache${near ? ' and the share of the roof that binds' : ''} (–: rejected):\n${plainTable(lines, head)}`;
}

function cellText({ status, ns, fastest }: HeatCell): string {
  if (status === undefined) return '';
  if (!fastest) return MARKS[status];
  const share = fastest.derived?.percentOfPeak;
  return [formatTime(ns), fastest.timing!.cache, ...(share ? [`${significant(share.value)} %`] : [])].join(
    ' ',
  );
}

function fastestLine(outcomes: readonly SweepOutcome[]): string[] {
  const least = Math.min(...outcomes.map(timeOf));
  const fastest = outcomes.find((outcome) => timeOf(outcome) === least);
  if (least === Infinity || !fastest || 'rejected' in fastest.outcome) return [];
  const { outcome } = fastest;
  const near = roofCell(outcome);
  return [
    `Fastest: ${placeText(fastest.at)}, ${formatTime(least)} ${outcome.timing!.cache}${near && `, ${near}`}  (${describeSpec(outcome.spec)})\n`,
    'Each point was measured by itself: differences of a few per cent are for compare to judge.\n',
  ];
}

const formatLines = (formats: readonly FormatPoint[], outcomes: readonly SweepOutcome[]): string[] =>
  formats.length === 0 ? [] : [`${FRONT_ABOUT}\n`, plainTable(frontRows(formats, outcomes), FRONT_HEAD)];
