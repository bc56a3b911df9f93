import { LocalSearch } from '../local-search.ts';
import { RandomStream } from '../random-stream.ts';
import type { Strategy } from '../search.ts';

/** Neighbourhood search with kicks and restarts; neighbours in random order. */
export const local: Strategy = {
  id: 'local',
  summary: 'changes one parameter at a time for the better, and two at random where that leads no further',
  start: (space, seed, starts) =>
    new LocalSearch(space, new RandomStream(seed), (points) => points).run(starts),
};
