import { range } from '../base/integers.ts';
import type { RecordFile, Result } from '../io/record.ts';
import type { DeviceCaps } from '../kernels/caps.ts';
import { VARIANTS } from '../kernels/registry.ts';
import type { Tile } from '../kernels/tile.ts';
import { distance } from '../tune/last-trials.ts';
import { tileKey } from '../tune/ledger.ts';
import { MOST_LIKELY } from '../tune/local-search.ts';
import { planFeatures } from '../tune/plan-features.ts';
import { FEWEST_SHAPES, fitPredictor, type Judgement, type Predict } from '../tune/predictor.ts';
import type { Strategy } from '../tune/search.ts';
import type { Space } from '../tune/space.ts';
import { modelBeginningWith } from '../tune/strategies/model.ts';
import type { WinnerAdapter } from '../tune/winners.ts';
import type { Machine } from './machine.ts';
import { problemOf } from './plan-spec.ts';
import { isTimed, planTimeOf } from './plan-time.ts';
import type { TuneSubject } from './tune-subject.ts';

/** What sweeps taught of the tiles of a search. Plain data. */
export interface Learnt {
  readonly judgement: Judgement;
  /** Tiles that the regression expects to be fastest, the fastest first; none where the baseline wins. */
  readonly likely: readonly Tile[];
}

/** Records that teach nothing of a search. The message is a sentence. */
export class NothingToLearn extends Error {
  override readonly name = 'NothingToLearn';
}

/**
 * Fits the predictor to what sweeps measured of the search's kernel on its adapter, and ranks the space by it where the regression
 * wins. It plans every tile of the space: keep it off a page's thread.
 *
 * @throws NothingToLearn where the records have no such results, or too few to judge by.
 */
export function learnTiles(
  records: readonly RecordFile[],
  subject: Omit<TuneSubject, 'auto'>,
  { adapter, caps }: Machine,
): Learnt {
  const results = usableResults(records, subject.spec.kernel, adapter);
  const times = results.flatMap((result) => planTimeOf(result, caps) ?? []);
  const fitted = fitPredictor(times);
  if (!fitted) {
    const shapes = new Set(times.map(({ shape }) => shape)).size;
    throw new NothingToLearn(
      `The ${results.length} usable results are of ${shapes} ${shapes === 1 ? 'shape' : 'shapes'} M × N × K; ` +
        `it takes ${FEWEST_SHAPES} at least, for predictions are judged on shapes that were left out.`,
    );
  }
  if (!hasSeveralTiles(results)) {
    throw new NothingToLearn(
      'Each shape was measured with one tile only, which tells nothing of others: sweep over parameters of the kernel too.',
    );
  }
  const { predict, ...judgement } = fitted;
  return {
    judgement,
    likely: judgement.winner === 'regression' ? fastestTiles(predict, subject, caps) : [],
  };
}

/** The strategy that begins with likely tiles; the given one where there are none. */
export const strategyWith = (strategy: Strategy, likely: readonly Tile[], space: Space): Strategy =>
  likely.length === 0 ? strategy : modelBeginningWith(likely.flatMap((tile) => space.pointOf(tile) ?? []));

/** The right and timed results of a kernel on an adapter. */
function usableResults(
  records: readonly RecordFile[],
  kernel: string,
  adapter: WinnerAdapter,
): readonly Result[] {
  const timed = records.flatMap(({ environments, results }) =>
    results.filter(isTimed).map((result) => ({ result, on: environments[result.environment]!.adapter })),
  );
  if (timed.length === 0) throw new NothingToLearn('There is no right and timed result of our kernels.');
  const here = timed.filter(({ on }) => isSame(on, adapter));
  if (here.length === 0) {
    const names = [...new Set(timed.map(({ on }) => adapterName(on)))];
    throw new NothingToLearn(
      `All were measured on another adapter: ${names.join('; ')}. This one is ${adapterName(adapter)}.`,
    );
  }
  const ofKernel = here.filter(({ result }) => kernelOf(result) === kernel);
  if (ofKernel.length === 0) {
    const names = [...new Set(here.map(({ result }) => kernelOf(result)))];
    throw new NothingToLearn(`All are of another kernel: ${names.join(', ')}. The search is of ${kernel}.`);
  }
  return ofKernel.map(({ result }) => result);
}

/** As the store of winners tells adapters apart: times of one adapter teach in any browser. */
const isSame = (a: WinnerAdapter, b: WinnerAdapter): boolean =>
  a.vendor === b.vendor && a.architecture === b.architecture && a.description === b.description;

const adapterName = ({ vendor, architecture, description }: WinnerAdapter): string =>
  description || `${vendor} ${architecture}`;

const kernelOf = ({ spec, kernel }: Result): string => kernel?.variant ?? spec.kernel;

/** Whether some shape was measured with two tiles. */
function hasSeveralTiles(results: readonly Result[]): boolean {
  const first = new Map<string, string>();
  return results.some(({ spec, kernel }) => {
    const shape = `${spec.m} ${spec.n} ${spec.k}`;
    const tile = tileKey(kernel?.params ?? spec.params);
    const known = first.get(shape) ?? tile;
    first.set(shape, known);
    return known !== tile;
  });
}

/**
 * The tiles of a space by their predicted times. Of those that no feature tells apart the nearest to the default stands for all;
 * the default itself is tried anyway.
 */
function fastestTiles(
  predict: Predict,
  { spec, standard, space }: Omit<TuneSubject, 'auto'>,
  caps: DeviceCaps,
): readonly Tile[] {
  const problem = problemOf(spec);
  const ranked = range(space.size)
    .flatMap((point) => {
      const tile = space.tile(point);
      const plan = VARIANTS[spec.kernel].plan(problem, tile, caps);
      if (plan.kind === 'rejected') return [];
      return [{ tile, time: predict(planFeatures(plan)), changes: distance(tile, standard) }];
    })
    .sort((a, b) => a.time - b.time || a.changes - b.changes);
  return ranked
    .filter(({ time }, i) => time !== ranked[i - 1]?.time)
    .map(({ tile }) => tile)
    .filter((tile) => tileKey(tile) !== tileKey(standard))
    .slice(0, MOST_LIKELY);
}
