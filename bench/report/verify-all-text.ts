import type { Environment, Result } from '../../src/io/record.ts';
import { VARIANT_IDS, type VariantId, VARIANTS } from '../../src/kernels/registry.ts';
import { formatCount, plural, significant } from '../../src/ui/figures.ts';
import { wordVerdict } from '../../src/ui/verdict-wording.ts';
import { countPairs } from '../covering-array.ts';
import { axesOf, type VerifyCase } from '../verify-cases.ts';
import { describeEnvironment, describeSpec } from './describe.ts';
import { plainTable } from './plain-table.ts';

/** What `verify --all` found on one adapter. */
export interface AdapterReport {
  readonly environment: Environment;
  /** Cases that were chosen, of which a quarter may have been run. */
  readonly chosen: number;
  readonly ended: readonly { readonly one: VerifyCase; readonly result: Result }[];
  readonly seconds: number;
}

/** Which pairs of values, of any two axes, the right results of one variant contain. */
export interface PairReport {
  readonly variant: VariantId;
  readonly axes: readonly string[];
  readonly coveredPairs: number;
  /** Combinations that no plan accepts are among them. */
  readonly allPairs: number;
}

/** The pairs that were covered: only results that are right count. */
export const pairReports = ({ ended }: AdapterReport): PairReport[] =>
  VARIANT_IDS.map((variant) => {
    const axes = axesOf(VARIANTS[variant]);
    const rows = ended.filter(({ one, result }) => one.spec.kernel === variant && result.status === 'ok');
    const { covered, total } = countPairs(
      axes,
      rows.map(({ one }) => one.axes),
    );
    return { variant, axes: Object.keys(axes), coveredPairs: covered, allPairs: total };
  });

/** What `verify --all` found on one adapter, for people. */
export function verifyAllText(report: AdapterReport): string {
  const { environment, chosen, ended, seconds } = report;
  const results = ended.map(({ result }) => result);
  const share = ended.length < chosen ? ` of ${formatCount(chosen)} (a quarter, chosen by --seed)` : '';
  const pairs = pairReports(report).map(({ variant, axes, coveredPairs, allPairs }) => [
    `  ${variant}`,
    `${formatCount(coveredPairs)} of ${formatCount(allPairs)} pairs`,
    `of ${axes.join(', ')}`,
  ]);
  return [
    `${describeEnvironment(environment)}\n`,
    `${plural(ended.length, 'case')}${share} in ${significant(seconds)} s: ${tally(results)}\n`,
    'Pairs of values covered by right results (the others no plan accepts, or no case of this share has):\n',
    plainTable(pairs),
    ...rejections(results),
    ...results.filter(({ status }) => status === 'wrong' || status === 'failed').map(complaint),
  ].join('');
}

function tally(results: readonly Result[]): string {
  const count = (status: Result['status']): string =>
    formatCount(results.filter((result) => result.status === status).length);
  return `${count('ok')} right, ${count('unsupported')} rejected, ${count('wrong')} wrong, ${count('failed')} failed`;
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
