import type { Survivor } from './equivalents.ts';

/** What became of one mutant. */
export interface Judged extends Survivor {
  readonly family: string;
  /** The checks that found it; none of a survivor. */
  readonly by: readonly string[];
  /** Why a survivor is no fault. */
  readonly equivalent: string | undefined;
}

const count = <T>(list: readonly T[], keyOf: (one: T) => string): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const one of list) counts.set(keyOf(one), (counts.get(keyOf(one)) ?? 0) + 1);
  return counts;
};

const row = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;

/** A campaign as Markdown: kernels by families (mutants, of them equivalent), what found them, and why survivors are no faults. */
export function tallyText(judged: readonly Judged[]): string {
  const kernels = [...new Set(judged.map(({ kernel }) => kernel))];
  const families = [...new Set(judged.map(({ family }) => family))];
  const cell = (list: readonly Judged[]): string => {
    const equivalent = list.filter((one) => one.equivalent !== undefined).length;
    const missed = list.filter((one) => one.by.length === 0).length - equivalent;
    return `${list.length}${equivalent > 0 ? ` (${equivalent} ≡)` : ''}${missed > 0 ? ` **${missed} missed**` : ''}`;
  };
  const matrix = [
    row(['kernel', ...families, 'all']),
    row(['kernel', ...families, 'all'].map(() => '---')),
    ...kernels.map((kernel) => {
      const of = judged.filter((one) => one.kernel === kernel);
      return row([
        kernel,
        ...families.map((family) => cell(of.filter((one) => one.family === family))),
        cell(of),
      ]);
    }),
    row([
      'all',
      ...families.map((family) => cell(judged.filter((one) => one.family === family))),
      cell(judged),
    ]),
  ];
  const caught = judged.filter(({ by }) => by.length > 0);
  const checks = count(
    caught.flatMap(({ by }) => by.map((check) => ({ check }))),
    ({ check }) => check,
  );
  const alone = count(
    caught.filter(({ by }) => by.length === 1),
    ({ by }) => by[0]!,
  );
  const found = [
    row(['check', 'found', 'found by no other']),
    row(['---', '---', '---']),
    ...[...checks].map(([check, all]) => row([check, all, alone.get(check) ?? 0])),
  ];
  const reasons = count(
    judged.filter(({ equivalent }) => equivalent !== undefined),
    ({ equivalent }) => equivalent!,
  );
  return [
    ...matrix,
    '',
    ...found,
    '',
    ...[...reasons].sort(([, a], [, b]) => b - a).map(([why, times]) => `- ${times} × ${why}`),
  ].join('\n');
}
