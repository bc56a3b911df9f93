import { elementOf, scaleOf, type WeightFormat } from '../format.ts';
import type { ScaleCodec } from '../scale-type.ts';
import { fitAffine, type AffineFit } from './affine-fit.ts';
import { nearestParent, parentCandidates } from './parent-scale.ts';
import { leastLoss } from './least-loss.ts';
import type { BlockQuantizer } from './quantize-groups.ts';
import { ValueGrid } from './value-grid.ts';

/** Times that multiples and parents are fitted to each other. */
const ROUNDS = 3;

/** What a block's scales and minima are multiples of; the minima of the negative of it. */
interface Parents {
  readonly scale: number;
  readonly min: number;
}

/** The multiples of one group. */
interface Multiples {
  readonly scale: number;
  readonly min: number;
}

interface SuperFit {
  readonly parents: Parents;
  readonly multiples: readonly Multiples[];
  readonly loss: number;
}

/**
 * For formats whose scales and minima are unsigned multiples of two f16 for each block: fits each group's scale and minimum,
 * chooses the parents whose multiples are nearest to those, then multiples and parents in turn for the least loss.
 */
export function superMinQuantizer(format: WeightFormat): BlockQuantizer {
  const grid = new ValueGrid(elementOf(format));
  const codec = scaleOf(format);
  return (x, { size, groups, scales, mins, parents, parentMins, codes }, b) => {
    const n = size / groups;
    const starts = Array.from({ length: groups }, (_, g) => b * size + g * n);
    const fits = starts.map((from) => fitAffine(grid, x, from, n, false));
    const fit = fitSuper({ grid, codec, x, starts, n }, fits);
    parents[b] = fit.parents.scale;
    parentMins[b] = fit.parents.min;
    starts.forEach((from, g) => {
      const { scale, min } = fit.multiples[g]!;
      scales[b * groups + g] = scale;
      mins[b * groups + g] = min;
      grid.encode(x, from, n, scale * fit.parents.scale, -min * fit.parents.min, codes);
    });
  };
}

interface Block {
  readonly grid: ValueGrid;
  /** Of scales and minima both; unsigned, so a code is its value. */
  readonly codec: ScaleCodec;
  readonly x: Float32Array;
  readonly starts: readonly number[];
  readonly n: number;
}

function fitSuper(block: Block, fits: readonly AffineFit[]): SuperFit {
  let best = chooseMultiples(block, fits, chooseParents(block, fits));
  for (let round = 1; round < ROUNDS; round++) {
    const parents = refitParents(block, best);
    const next = chooseMultiples(block, fits, parents);
    if (next.loss >= best.loss) break;
    best = next;
  }
  return best;
}

/** The minimum that is best for a fit's codes once its scale is another. */
const minAtScale = ({ scale, min, sums }: AffineFit, n: number, other: number): number =>
  min - ((other - scale) * sums.v) / n;

/** The multiple nearest to a value. */
const multipleOf = (codec: ScaleCodec, value: number, parent: number): number =>
  parent === 0 ? 0 : codec.encode(value / parent);

/**
 * The parents at whose multiples the fits lose least, as far as their sums tell: the scales' first, as if minima could be
 * anything, then the minima's.
 */
function chooseParents({ codec, n }: Block, fits: readonly AffineFit[]): Parents {
  const limit = 2 ** codec.bits - 1;
  const scales = parentCandidates(Math.max(...fits.map(({ scale }) => scale)), limit);
  const mins = parentCandidates(Math.max(...fits.map(({ min }) => -min)), limit);
  const parent = leastLoss(scales, (each) =>
    totalOf(fits, (fit) => {
      const off = multipleOf(codec, fit.scale, each) * each - fit.scale;
      return off * off * (fit.sums.vv - (fit.sums.v * fit.sums.v) / n);
    }),
  );
  const minParent = leastLoss(mins, (each) =>
    totalOf(fits, (fit) => {
      const wanted = minAtScale(fit, n, multipleOf(codec, fit.scale, parent) * parent);
      return (multipleOf(codec, -wanted, each) * each + wanted) ** 2;
    }),
  );
  return { scale: parent, min: minParent };
}

const totalOf = (fits: readonly AffineFit[], loss: (fit: AffineFit) => number): number =>
  fits.reduce((total, fit) => total + loss(fit), 0);

function chooseMultiples(
  { grid, codec, x, starts, n }: Block,
  fits: readonly AffineFit[],
  parents: Parents,
): SuperFit {
  const limit = 2 ** codec.bits - 1;
  let loss = 0;
  const multiples = starts.map((from, g) => {
    const fit = fits[g]!;
    const nearest = multipleOf(codec, fit.scale, parents.scale);
    let best: Multiples = { scale: 0, min: 0 };
    let least = Infinity;
    for (let scale = Math.max(nearest - 1, 0); scale <= Math.min(nearest + 1, limit); scale++) {
      const min = -minAtScale(fit, n, scale * parents.scale);
      const nearestMin = multipleOf(codec, min, parents.min);
      for (const each of [nearestMin, nearestMin - 1, nearestMin + 1]) {
        if (each < 0 || each > limit) continue;
        const lost = grid.error(x, from, n, scale * parents.scale, -each * parents.min);
        if (lost < least) [best, least] = [{ scale, min: each }, lost];
      }
    }
    loss += least;
    return best;
  });
  return { parents, multiples, loss };
}

/** The best parents for given multiples and the codes that go with them: two linear equations. */
function refitParents({ grid, x, starts, n }: Block, { parents, multiples }: SuperFit): Parents {
  let [ss, sm, mm, sx, mx] = [0, 0, 0, 0, 0];
  starts.forEach((from, g) => {
    const { scale, min } = multiples[g]!;
    const step = scale * parents.scale;
    const { v, vv, xv } = grid.sums(x, from, n, step === 0 ? 0 : 1 / step, -min * parents.min);
    let sum = 0;
    for (let i = from; i < from + n; i++) sum += x[i]!;
    ss += scale * scale * vv;
    sm -= scale * min * v;
    mm += min * min * n;
    sx += scale * xv;
    mx -= min * sum;
  });
  const determinant = ss * mm - sm * sm;
  if (determinant <= 0) {
    return ss > 0 && mm === 0 ? { ...parents, scale: positiveParent(sx / ss) } : parents;
  }
  return {
    scale: positiveParent((sx * mm - mx * sm) / determinant),
    min: positiveParent((mx * ss - sx * sm) / determinant),
  };
}

const positiveParent = (value: number): number => nearestParent(Math.max(value, 0));
