import { elementOf, scaleOf, type WeightFormat } from '../format.ts';
import type { ScaleCodec } from '../scale-type.ts';
import { nearestParent, parentCandidates } from './parent-scale.ts';
import { leastLoss } from './least-loss.ts';
import type { BlockQuantizer } from './quantize-groups.ts';
import { fitScale, type ScaleFit } from './scale-fit.ts';
import { ValueGrid } from './value-grid.ts';

/** Times that multiples and parent are fitted to each other. */
const ROUNDS = 3;

/** The scales of a block: each the value of its code times the parent. */
interface SuperScales {
  readonly parent: number;
  /** [groups] codes. */
  readonly multiples: readonly number[];
  readonly loss: number;
}

/**
 * For formats whose scales are multiples of an f16 for each block: fits each group's scale, chooses the parent whose
 * multiples are nearest to those, then multiples and parent in turn for the least loss.
 */
export function superQuantizer(format: WeightFormat): BlockQuantizer {
  const grid = new ValueGrid(elementOf(format));
  const codec = scaleOf(format);
  return (x, { size, groups, scales, parents, codes }, b) => {
    const n = size / groups;
    const starts = Array.from({ length: groups }, (_, g) => b * size + g * n);
    const fits = starts.map((from) => fitScale(grid, x, from, n));
    const { parent, multiples } = fitSuper({ grid, codec, x, starts, n }, fits);
    parents[b] = parent;
    starts.forEach((from, g) => {
      scales[b * groups + g] = multiples[g]!;
      grid.encode(x, from, n, codec.decode(multiples[g]!) * parent, 0, codes);
    });
  };
}

interface Block {
  readonly grid: ValueGrid;
  readonly codec: ScaleCodec;
  readonly x: Float32Array;
  readonly starts: readonly number[];
  readonly n: number;
}

function fitSuper(block: Block, fits: readonly ScaleFit[]): SuperScales {
  let best = chooseMultiples(block, fits, chooseParent(block.codec, fits));
  for (let round = 1; round < ROUNDS; round++) {
    const parent = refitParent(block, best);
    if (parent === best.parent) break;
    const next = chooseMultiples(block, fits, parent);
    if (next.loss >= best.loss) break;
    best = next;
  }
  return best;
}

/** The parent at whose multiples the fitted scales lose least, as far as the curvatures tell. */
function chooseParent(codec: ScaleCodec, fits: readonly ScaleFit[]): number {
  const largest = fits.reduce((most, { scale }) => (Math.abs(scale) > Math.abs(most) ? scale : most), 0);
  // Multiples reach one further below zero than above: whether the largest scale is there is the sign of the parent.
  const furthest = codec.decode(0);
  const candidates = [...parentCandidates(largest, furthest), ...parentCandidates(largest, -furthest)];
  return leastLoss(candidates, (parent) =>
    fits.reduce((loss, { scale, curvature }) => {
      const multiple = parent === 0 ? 0 : codec.decode(codec.encode(scale / parent));
      return loss + curvature * (multiple * parent - scale) ** 2;
    }, 0),
  );
}

function chooseMultiples(
  { grid, codec, x, starts, n }: Block,
  fits: readonly ScaleFit[],
  parent: number,
): SuperScales {
  let loss = 0;
  const last = 2 ** codec.bits - 1;
  const multiples = starts.map((from, g) => {
    const nearest = codec.encode(parent === 0 ? 0 : fits[g]!.scale / parent);
    let best = nearest;
    let least = Infinity;
    for (let code = Math.max(nearest - 1, 0); code <= Math.min(nearest + 1, last); code++) {
      const lost = grid.error(x, from, n, codec.decode(code) * parent, 0);
      if (lost < least) [best, least] = [code, lost];
    }
    loss += least;
    return best;
  });
  return { parent, multiples, loss };
}

/** The best parent for given multiples and the codes that go with them. */
function refitParent({ grid, codec, x, starts, n }: Block, { parent, multiples }: SuperScales): number {
  let xv = 0;
  let vv = 0;
  starts.forEach((from, g) => {
    const multiple = codec.decode(multiples[g]!);
    if (multiple === 0) return;
    const sums = grid.sums(x, from, n, 1 / (multiple * parent), 0);
    xv += multiple * sums.xv;
    vv += multiple * multiple * sums.vv;
  });
  return vv === 0 ? parent : nearestParent(xv / vv);
}
