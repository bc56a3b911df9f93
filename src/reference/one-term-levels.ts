import { decodeFloat16 } from '../base/float16.ts';
import { hash32, uniformInteger } from '../base/random.ts';
import { floorLog2 } from '../formats/float-element.ts';
import { groupCount, parentCount, scaleOf, type WeightFormat } from '../formats/format.ts';
import type { ExactProblem } from './exact-range.ts';
import { randomFloat, scaleBank, typeExponents } from './one-term-banks.ts';
import type { OneTermGrid } from './one-term-grid.ts';
import type { Exponents, OneTermRange } from './one-term-range.ts';
import { isFull, scaleWindows, windowOf } from './one-term-windows.ts';

/** The second level of a run: what scales are multiplied by, and what is added. */
export interface Level {
  readonly parents?: Float32Array<ArrayBuffer> | undefined;
  readonly parentMins?: Float32Array<ArrayBuffer> | undefined;
  readonly offset?: number;
  /** Code of a scale that is 0 with it. */
  readonly zero: number;
  /** Exponents of values of the level that the groups of window `window` have. */
  exponents(window: number): Exponents;
}

const NO_LEVEL: Exponents = { least: 0, most: 0 };

/** A second level `tensor` is within 2^±this of where scales are in the middle of their range, if it has a choice. */
const NARROW = 8;
/** Values of a second level `double` are within 2^this of each other. */
const DOUBLE_SPREAD = 3;

/** The second level of a run. */
export function levelOf(
  problem: ExactProblem,
  range: OneTermRange,
  grid: OneTermGrid,
  run: number,
  seed: number,
): Level {
  const { format, N, K } = problem;
  const count = parentCount(format, N, groupCount(format, K));
  const { encode } = scaleOf(format);
  switch (format.secondLevel) {
    case 'none':
      return { zero: encode(0), exponents: () => NO_LEVEL };
    case 'tensor': {
      const { least, most } = parentExponents(format, range);
      const exponent = uniformInteger(seed, 0, least, most);
      const parents = Float32Array.of(
        randomFloat(hash32(seed, 1), exponent, isFull(format, 0, 0, run) ? 24 : 1, true),
      );
      return { parents, zero: encode(0), exponents: () => ({ least: exponent, most: exponent }) };
    }
    case 'double': {
      const { least, most } = parentExponents(format, range);
      const exponent = uniformInteger(seed, 0, least, Math.max(least, most - DOUBLE_SPREAD));
      const bits = isFull(format, 0, 0, run) ? 24 : 1;
      // What is added cancels the largest scale, which then is the one of 0: so it has to be the same everywhere.
      if (run % 4 === 0) {
        const own = Math.min(exponent, mostBeforeOffset(range));
        const parent = randomFloat(hash32(seed, 1), own, bits, true);
        return {
          parents: new Float32Array(count).fill(parent),
          offset: -parent,
          zero: encode(1),
          exponents: () => ({ least: own, most: own }),
        };
      }
      return {
        parents: Float32Array.from({ length: count }, (_, i) =>
          randomFloat(hash32(seed, i + 1), exponent + (hash32(seed, i) % (DOUBLE_SPREAD + 1)), bits, true),
        ),
        offset: 0,
        zero: encode(0),
        exponents: () => ({ least: exponent, most: exponent + DOUBLE_SPREAD }),
      };
    }
    case 'super':
      return superLevel(problem, range, grid, run, seed);
  }
}

/**
 * The largest exponent of a value p of the second level `double` to which an offset of −p is added: scales of at most 1 times p
 * become up to 2p, with which every weight has to be finite, also one that meets an activation of 0.
 */
const mostBeforeOffset = ({ largestScale }: OneTermRange): number => floorLog2(largestScale) - 2;

/** The exponents of a second level that all scales share, with which they are in range; or in its middle, if it is narrow. */
function parentExponents(format: WeightFormat, { scales }: OneTermRange): Exponents {
  const own = typeExponents(format.scale);
  const least = scales.least - own.least;
  const most = scales.most - own.most - 1;
  if (least <= most) return { least: Math.max(least, -126), most: Math.min(most, 120) };
  const middle = Math.round((least + most) / 2);
  return { least: middle - NARROW, most: middle + NARROW };
}

/** An f16 for each 256 weights of a column, and one for their minima; those of few bits are powers of two. */
function superLevel(
  { format, N, K }: ExactProblem,
  range: OneTermRange,
  { across }: OneTermGrid,
  run: number,
  seed: number,
): Level {
  const count = parentCount(format, N, groupCount(format, K));
  const blocks = count / N;
  const windows = scaleWindows(format, range);
  const most = range.largestScale / 2 ** (typeExponents(format.scale).most + 1);
  const banks = Array.from({ length: 2 * windows }, (_, i) => {
    const bits = i % 2 === 0 ? undefined : 1;
    const exponents = windowOf(format, range, i >> 1);
    return Float32Array.from(
      scaleBank({ type: 'f16', exponents, most, bits }, hash32(seed, i)),
      decodeFloat16,
    );
  });
  const parents = new Float32Array(count);
  const parentMins = new Float32Array(format.zeroPoint === 'min' ? count : 0);
  for (let i = 0; i < count; i++) {
    const n = Math.floor(i / blocks);
    const block = i % blocks;
    const full = isFull(format, Math.floor(n / across) + (n % across), 0, run);
    const bank = banks[2 * ((block + run) % windows) + (full ? 0 : 1)]!;
    parents[i] = bank[hash32(seed, i) % bank.length]!;
    if (parentMins.length === 0) continue;
    const exponent = floorLog2(Math.abs(parents[i]!));
    const bits = full ? Math.min(11, exponent + 25) : 1;
    parentMins[i] = randomFloat(hash32(hash32(seed, 2 ** 31), i), exponent, bits, true);
  }
  return {
    parents,
    parentMins: parentMins.length > 0 ? parentMins : undefined,
    zero: scaleOf(format).encode(0),
    exponents: (window) => windowOf(format, range, window),
  };
}
