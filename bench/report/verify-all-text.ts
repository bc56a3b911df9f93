import type { Environment, Result } from '../../src/io/record.ts';
import type { VariantId } from '../../src/kernels/registry.ts';
import { formatCount, plural, significant } from '../../src/ui/figures.ts';
import { wordVerdict } from '../../src/ui/verdict-wording.ts';
import { describeEnvironment, describeSpec } from './describe.ts';
import { plainTable } from './plain-table.ts';

/** How many pairs of values, of any two axes, the right results of one variant contain. */
export interface PairReport {
  readonly variant: VariantId;
  readonly axes: readonly string[];
  readonly coveredPairs: number;
  /** Combinations that no plan accepts are among them. */
  readonly allPairs: number;
}

/** What `verify --all` found on one adapter. */
export interface AdapterReport {
  readonly environment: Environment;
  /** Cases that were chosen, of which a quarter, or those that a budget was enough for, may have been run. */
  readonly chosen: number;
  readonly ran: number;
  readonly counts: Readonly<Record<Result['status'], number>>;
  /** All results, or those that are not right. */
  readonly kept: readonly Result[];
  readonly pairs: readonly PairReport[];
  readonly seconds: number;
}

/** What `verify --all` found on one adapter, for people. */
export function verifyAllText({
  environment,
  chosen,
  ran,
  counts,
  kept,
  pairs,
  seconds,
}: AdapterReport): string {
  const share =
    ran < chosen
      ? ` of ${formatCount(chosen)}${4 * ran >= chosen ? ' (a quarter, chosen by --seed)' : ''}`
      : '';
  const tally = [
    `${formatCount(counts.ok)} right`,
    `${formatCount(counts.unsupported)} rejected`,
    `${formatCount(counts.wrong)} wrong`,
    `${formatCount(counts.failed)} failed`,
  ].join(', ');
  const rows = pairs.map(({ variant, axes, coveredPairs, allPairs }) => [
    `  ${variant}`,
    `${formatCount(coveredPairs)} of ${formatCount(allPairs)} pairs`,
    `of ${axes.join(', ')}`,
  ]);
  return [
    `${describeEnvironment(environment)}\n`,
    `${plural(ran, 'case')}${share} in ${significant(seconds)} s: ${tally}\n`,
    'Pairs of values covered by right results (the others no plan accepts, or no case of this share has):\n',
    plainTable(rows),
    ...rejections(kept),
    ...kept.filter(({ status }) => status === 'wrong' || status === 'failed').map(complaint),
  ].join('');
}

function rejections(results: readonly Result[]): string[] {
  const counts = new Map<string, number>();
  for (const { status, reason = 'no reason given' } of results) {
    if (status === 'unsupported') counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  const lines = [...counts].sort((a, b) => b[1] - a[1]);
  return lines.map(([reason, count]) => `rejected, ${plural(count, 'case')}: ${reason}\n`);
}

function complaint(result: Result): string {
  const { headline, details } = wordVerdict(result);
  return `${headline}: ${describeSpec(result.spec)}, seed ${result.spec.seed}\n  ${details.join(' ')}\n`;
}
