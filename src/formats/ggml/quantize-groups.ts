import { elementOf, minType, type WeightFormat } from '../format.ts';
import { SCALE_TYPES, type ScaleCodec } from '../scale-type.ts';
import { fitAffine } from './affine-fit.ts';
import type { Blocks } from './blocks.ts';
import { leastLoss } from './least-loss.ts';
import { fitScale } from './scale-fit.ts';
import { ValueGrid } from './value-grid.ts';

/** Quantizes block `b` of the weights [N, K]: fills the block's part of the arrays. */
export type BlockQuantizer = (x: Float32Array, blocks: Blocks, b: number) => void;

/** Codes on either side of the nearest one that are tried, for a scale type of few significant bits. */
const NEARBY = 2;
/** Significant bits of a type whose neighbouring values are that far apart. */
const COARSE = 4;

/** For formats of one level: each group has a scale of its own. */
export function groupQuantizer(format: WeightFormat): BlockQuantizer {
  const grid = new ValueGrid(elementOf(format));
  const codec: ScaleCodec = SCALE_TYPES[format.scale];
  return (x, { size, groups, scales, codes }, b) => {
    const n = size / groups;
    for (let g = 0; g < groups; g++) {
      const from = b * size + g * n;
      const { scale } = fitScale(grid, x, from, n);
      const code = leastLoss(storedNear(codec, scale, grid.top), (each) =>
        grid.error(x, from, n, codec.decode(each), 0),
      );
      scales[b * groups + g] = code;
      grid.encode(x, from, n, codec.decode(code), 0, codes);
    }
  };
}

/** For formats of one level with minima: each group has a scale and a minimum of its own. */
export function affineGroupQuantizer(format: WeightFormat): BlockQuantizer {
  const grid = new ValueGrid(elementOf(format));
  const codec: ScaleCodec = SCALE_TYPES[format.scale];
  const minCodec: ScaleCodec = SCALE_TYPES[minType(format)];
  return (x, { size, groups, scales, mins, codes }, b) => {
    const n = size / groups;
    for (let g = 0; g < groups; g++) {
      const from = b * size + g * n;
      const fit = fitAffine(grid, x, from, n, true);
      const nearest = codec.decode(codec.encode(fit.scale));
      const minCode = leastLoss(storedNear(minCodec, fit.min, 1), (each) =>
        grid.error(x, from, n, nearest, minCodec.decode(each)),
      );
      const min = minCodec.decode(minCode);
      const code = leastLoss(storedNear(codec, fit.scale, grid.top), (each) =>
        grid.error(x, from, n, codec.decode(each), min),
      );
      scales[b * groups + g] = code;
      mins[b * groups + g] = minCode;
      grid.encode(x, from, n, codec.decode(code), min, codes);
    }
  };
}

/**
 * The codes that may stand for a value: the nearest, its neighbours where the type is coarse, and zero's.
 *
 * @param top the largest magnitude that the value is multiplied by: the product must be a finite f32.
 */
function storedNear(codec: ScaleCodec, value: number, top: number): number[] {
  const nearest = codec.encode(value);
  const near = [nearest];
  for (let away = 1; away <= NEARBY && codec.significand <= COARSE; away++) {
    near.push(nearest - away, nearest + away);
  }
  const finite = near.filter((code) => code >= 0 && Number.isFinite(Math.fround(codec.decode(code) * top)));
  return [...finite, codec.encode(0)];
}
