import { PROTOCOLS, secondsOf } from '../measure/protocol.ts';
import type { Bench } from '../tune/bench.ts';
import type { Strategy } from '../tune/search.ts';
import { tune, type TuneOptions, type Tuned } from '../tune/tuner.ts';
import type { TuneSubject } from './tune-subject.ts';

/** How tiles of a subject are searched. */
type TilesOptions = Pick<TuneOptions, 'budget' | 'journal' | 'record' | 'signal'> & {
  readonly strategy: Strategy;
};

/**
 * Searches the tiles of a subject by its own seed, finalists having what its protocol takes.
 *
 * @throws what `bench` throws, and the signal's reason once it is aborted.
 */
export const tuneTiles = (
  bench: Bench,
  { spec, standard, space }: Pick<TuneSubject, 'spec' | 'standard' | 'space'>,
  options: TilesOptions,
): Promise<Tuned> =>
  tune(bench, {
    ...options,
    ...{ space, standard, seed: spec.seed },
    trialSeconds: secondsOf(PROTOCOLS[spec.protocol]),
    now: () => performance.now() / 1000,
  });
