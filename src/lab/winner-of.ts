import type { Environment, RecordFile } from '../io/record.ts';
import type { Spec } from '../io/spec.ts';
import type { Final } from '../tune/journal.ts';
import { questionOf, type Winner } from '../tune/winners.ts';
import { kernelVersion } from './kernel-version.ts';
import { problemOf } from './plan-spec.ts';

/** A search that found a winner. */
export interface WonSearch {
  /** What was tuned for, its kernel named. */
  readonly spec: Spec;
  readonly confirmed: Final;
  /** When it began [ms since 1970]. */
  readonly startedAt: number;
  /** The winner against what `auto` stands for, where that is another kernel. */
  readonly withAuto: RecordFile | undefined;
}

/**
 * What a search adds to the store.
 *
 * @returns `undefined` where parameters were fixed: what won among a part of the tiles is no winner of all.
 */
export function winnerOf(
  { spec, confirmed, startedAt, withAuto }: WonSearch,
  environment: Environment,
): Winner | undefined {
  if (Object.keys(spec.params).length > 0) return undefined;
  const { tile, medianNs, ratio, ciLow, ciHigh, samples, at } = confirmed;
  const compared = withAuto?.comparisons[0];
  const other = withAuto?.results[0]?.kernel;
  const problem = problemOf(spec);
  return {
    ...questionOf(environment.adapter, problem),
    cache: spec.cache,
    kernel: spec.kernel,
    version: kernelVersion(spec.kernel, problem),
    params: { ...tile },
    ...{ medianNs, ratio, ciLow, ciHigh, samples },
    ...(compared && other
      ? {
          againstAuto: {
            kernel: other.variant,
            version: kernelVersion(other.variant, problem),
            ratio: compared.ratio,
            ciLow: compared.ciLow,
            ciHigh: compared.ciHigh,
          },
        }
      : {}),
    // By the journal, and not by the clock: a search that is resumed after its end stores the same once more.
    measuredAt: Math.round(startedAt + 1000 * at),
  };
}
