import { RandomStream } from '../random-stream.ts';
import type { Questions, Strategy } from '../search.ts';
import type { Space } from '../space.ts';

/** Points in random order, each once: what the other strategies are compared with. */
export const random: Strategy = {
  id: 'random',
  summary: 'tries points in random order',
  *start(space: Space, seed: number, starts: readonly number[]): Questions {
    yield* starts;
    const stream = new RandomStream(seed);
    // A shuffle (Fisher and Yates), done only as far as points are asked for.
    const order = Int32Array.from({ length: space.size }, (_, point) => point);
    for (let i = 0; i < order.length; i++) {
      const j = i + stream.below(order.length - i);
      const point = order[j]!;
      order[j] = order[i]!;
      yield point;
    }
  },
};
