import type { Environment } from '../../src/io/record.ts';
import { problemOf } from '../../src/lab/plan-spec.ts';
import { questionOf, type Winner } from '../../src/tune/winners.ts';
import type { TuneOutcome } from './run-tune.ts';

/** What a search adds to the store; `undefined` where the default stays. */
export function winnerOf(
  { spec, tuned: { confirmed }, journal, withAuto }: TuneOutcome,
  { adapter }: Environment,
): Winner | undefined {
  if (!confirmed) return undefined;
  const { tile, medianNs, ratio, ciLow, ciHigh, samples, at } = confirmed;
  const compared = withAuto?.comparisons[0];
  const other = withAuto?.results[0]?.kernel;
  return {
    ...questionOf(adapter, problemOf(spec)),
    kernel: spec.kernel,
    params: { ...tile },
    ...{ medianNs, ratio, ciLow, ciHigh, samples },
    ...(compared && other
      ? {
          againstAuto: {
            kernel: other.variant,
            ratio: compared.ratio,
            ciLow: compared.ciLow,
            ciHigh: compared.ciHigh,
          },
        }
      : {}),
    // By the journal, and not by the clock: a search that is resumed after its end stores the same once more.
    measuredAt: Math.round(journal.startedAt + 1000 * at),
  };
}
