import { formatName } from '../../src/formats/format.ts';
import type { Environment } from '../../src/io/record.ts';
import { formatOf, type Spec } from '../../src/io/spec.ts';
import { type Tile, tileText } from '../../src/kernels/tile.ts';
import { VARIANTS } from '../../src/kernels/registry.ts';
import type { Confirmed } from '../../src/tune/journal.ts';
import { shapeClass } from '../../src/tune/shape-class.ts';
import { formatCount, formatTime, plural } from '../../src/ui/figures.ts';
import { beginningText, judgementText } from '../../src/ui/judgement-wording.ts';
import { CAUSES, changedText, ratioText, tuneHeadline, UNCLEAR_FINALIST } from '../../src/ui/tune-wording.ts';
import type { TuneOutcome } from '../tune/run-tune.ts';
import type { UsageError } from '../usage-error.ts';
import { describeEnvironment, describeSpec } from './describe.ts';
import { plainTable } from './plain-table.ts';

/** Reasons of failures that are shown; the rest is in the journal. */
const MOST_REASONS = 8;

/** Where a winner was to be stored. */
export interface Storing {
  /** The store's file; `undefined` where there is to be none. */
  readonly path: string | undefined;
  /** Whether the store took it. */
  readonly isStored: boolean;
  /** What kept it from being written. */
  readonly problem?: UsageError;
}

/** What a search found, for people. */
export function tuneText(outcome: TuneOutcome, environment: Environment, stored: Storing): string {
  const { tuned, spec, standard } = outcome;
  const { confirmed, finalists } = tuned;
  const rows: [string, string][] = [
    ['product', describeSpec({ ...spec, params: {} })],
    ['default', setText(standard)],
    ...(confirmed
      ? ([
          ['winner', setText(confirmed.tile)],
          ['time', `${formatTime(confirmed.medianNs)} a product`],
        ] as [string, string][])
      : []),
    ['searched', searchedText(outcome)],
    ...learntRows(outcome),
    ...storedRows(outcome, stored),
    ['journal', outcome.journal.path],
    ['machine', describeEnvironment(environment)],
  ];
  return [
    `${tuneHeadline(tuned, spec.kernel, '--resume with a larger --budget goes on')}\n`,
    plainTable(rows),
    ...(finalists.length > 0
      ? [
          '\nFinalists, measured in the same rounds as the default (a ratio is time ÷ the default’s, with its 95 % interval):\n',
          plainTable(
            finalists.map((finalist) => finalistRow(finalist, standard)),
            ['differs from the default in', 'time', 'ratio', ''],
          ),
          ...(finalists.some(({ verdict }) => verdict === 'UNCLEAR') ? [`${UNCLEAR_FINALIST}\n`] : []),
        ]
      : []),
    ...failureLines(outcome),
  ].join('');
}

function searchedText({ tuned, space, spec, journal, settings }: TuneOutcome): string {
  const grid = VARIANTS[spec.kernel].parameters
    .filter(({ name }) => spec.params[name] === undefined)
    .reduce((product, { values }) => product * values.length, 1);
  const seconds = Math.max(0, ...journal.entries.map(({ at }) => at));
  return (
    `${formatCount(tuned.tried)} of ${formatCount(space.size)} legal tiles (${formatCount(grid)} combinations), ` +
    `${settings.strategy.id} search, ${plural(journal.samples, 'sample')}, ${Math.round(seconds)} s`
  );
}

function learntRows({ settings: { learnt } }: TuneOutcome): [string, string][] {
  if (!learnt) return [];
  return [
    ['learnt', judgementText(learnt.judgement)],
    ['', beginningText(learnt)],
  ];
}

/** Why a winner is in no store; `undefined` where it is in one. */
function whyNowhere({ params }: Spec, { path, isStored, problem }: Storing): string | undefined {
  if (path === undefined) return '--winners is none';
  if (Object.keys(params).length > 0) {
    return '--set leaves a part of the tiles out, and one of them may be faster';
  }
  if (problem) return problem.message;
  return isStored ? undefined : `${path} has a tile for these that gains more`;
}

/** Where the winner is kept, what for, and whether `auto` takes it. */
function storedRows({ tuned, spec, auto, withAuto }: TuneOutcome, storing: Storing): [string, string][] {
  if (!tuned.confirmed) return [];
  const nowhere = whyNowhere(spec, storing);
  if (nowhere !== undefined) return [['stored', `nowhere: ${nowhere}`]];
  const { m, n, k } = shapeClass({ M: spec.m, N: spec.n, K: spec.k });
  const rows = m === 0 ? 'M above 512' : m <= 2 ? `M ${m}` : `M ${m / 2 + 1} to ${m}`;
  const kept = `${storing.path!}: for ${rows}, N near ${n}, K near ${k}, ${formatName(formatOf(spec))} on this adapter`;
  const takesIt = 'takes this tile for these from now on';
  if (auto === spec.kernel)
    return [
      ['stored', kept],
      ['--kernel auto', takesIt],
    ];
  const compared = withAuto?.comparisons[0];
  const against = compared
    ? `takes ${ratioText(compared)} of the time of ${auto}, for which auto stands`
    : `was not compared with ${auto}, for which auto stands: that did not run`;
  return [
    ['stored', kept],
    [
      '--kernel auto',
      compared && compared.ciHigh < 1
        ? `${takesIt}: it ${against}`
        : `stays ${auto}: the winner ${against}; --kernel ${spec.kernel} with --set has it`,
    ],
  ];
}

/** Parameters as `--set` takes them. */
const setText = (tile: Tile): string => `--set ${tileText(tile)}`;

function finalistRow(finalist: Confirmed, standard: Tile): string[] {
  return [
    changedText(finalist.tile, standard),
    formatTime(finalist.medianNs),
    ratioText(finalist),
    finalist.verdict,
  ];
}

function failureLines({ tuned: { failures } }: TuneOutcome): string[] {
  if (failures.length === 0) return [];
  const total = failures.reduce((sum, { count }) => sum + count, 0);
  const shown = failures
    .slice(0, MOST_REASONS)
    .map(({ cause, reason, count }) => `  ${CAUSES[cause]}, ${plural(count, 'tile')}: ${reason}\n`);
  const rest = failures.length - shown.length;
  return [
    `\n${plural(total, 'tile')} failed:\n`,
    ...shown,
    ...(rest > 0 ? [`  ${plural(rest, 'more reason')}, in the journal\n`] : []),
  ];
}
