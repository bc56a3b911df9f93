import { decodeFloat16 } from '../base/float16.ts';
import { hash32, uniformInteger } from '../base/random.ts';
import { floorLog2 } from '../formats/float-element.ts';
import {
  groupCount,
  groupSize,
  minType,
  parentCount,
  scaleOf,
  storesZeroCodes,
  SUPER_BLOCK,
  type WeightFormat,
} from '../formats/format.ts';
import type { QuantizedWeights } from '../formats/quantized.ts';
import { SCALE_TYPES } from '../formats/scale-type.ts';
import { valueRange } from '../formats/value-range.ts';
import type { ExactProblem } from './exact-range.ts';
import { randomZeros } from './exact-weights.ts';
import { everyCode, randomFloat, scaleBank, typeExponents } from './one-term-banks.ts';
import { hasZeroScale, type OneTermGrid, type OneTermPlaces } from './one-term-grid.ts';
import type { Exponents, OneTermRange } from './one-term-range.ts';

/** What decodes the codes in one run. */
export interface OneTermScales extends Pick<QuantizedWeights, 'format' | 'N' | 'K' | 'zeros' | 'stored'> {
  /** Exponents of the scales, second level included, that position y · down + x of the grid has. */
  exponentsAt(position: number): Exponents;
}

/** The second level of a run: what scales are multiplied by, and what is added. */
interface Level {
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

/** How many windows the exponents of scales are divided into, so that in each the activations still have a wide choice. */
export const scaleWindows = (format: WeightFormat, range: OneTermRange): number => {
  if (format.secondLevel === 'tensor' || format.secondLevel === 'double') return 1;
  const { least, most } = windowed(format, range);
  return Math.max(1, Math.ceil((most - least + 1) / range.spread));
};

/** The exponents that windows divide: of scales, or where they are multiples of a second level `super` of that. */
function windowed(format: WeightFormat, range: OneTermRange): Exponents {
  const own = typeExponents(format.scale);
  const { least, most } =
    format.secondLevel === 'super'
      ? {
          least: Math.max(-24, range.scales.least - own.most),
          most: Math.min(15, range.scales.most - own.most),
        }
      : { least: Math.max(own.least, range.scales.least), most: Math.min(own.most, range.scales.most) };
  return { least: Math.min(least, most), most };
}

/** Window `index` of so many. */
function windowOf(format: WeightFormat, range: OneTermRange, index: number): Exponents {
  const { least, most } = windowed(format, range);
  const width = Math.ceil((most - least + 1) / scaleWindows(format, range));
  return { least: least + index * width, most: Math.min(most, least + (index + 1) * width - 1) };
}

/**
 * Scales, minima, second levels and zero points of one run.
 *
 * Every other group (counted along N, from another one in each cell and run) has full ones: all codes of a type of at most 8
 * bits in turn, random significands at every exponent of a float. The rest have few significant bits. A value of the second level that
 * all scales share is full in even runs and a power of two in odd ones.
 */
export function oneTermScales(
  problem: ExactProblem,
  range: OneTermRange,
  grid: OneTermGrid,
  places: OneTermPlaces,
  run: number,
  seed: number,
): OneTermScales {
  const { N, K, format } = problem;
  const { across, down, cell } = grid;
  const { cells } = places;
  const groups = groupCount(format, K);
  const windows = scaleWindows(format, range);
  const level = levelOf(problem, range, grid, run, hash32(hash32(seed, 1), run));
  const banks = new Banks(format, range, level, hash32(hash32(seed, 2), run));
  const { encode } = scaleOf(format);
  const scales = new Uint32Array(N * groups).fill(hasZeroScale(format) ? level.zero : encode(1));
  const mins =
    format.zeroPoint === 'min'
      ? new Uint32Array(N * groups).fill(SCALE_TYPES[minType(format)].encode(0))
      : undefined;
  const positions = across * down;
  const firstGroups = Array.from(cells, (c) => (c * cell) / groupSize(format, K));
  const groupsEach = Math.ceil(cell / groupSize(format, K));
  const windowAt = (position: number): number =>
    (format.secondLevel === 'super'
      ? blockOf(format, firstGroups[position]!) + run
      : run * positions + position) % windows;
  for (let n = 0; n < N; n++) {
    const y = n % across;
    for (let x = 0; x < down; x++) {
      const position = y * down + x;
      const first = firstGroups[position]!;
      const bank = banks.of(windowAt(position), isFull(format, Math.floor(n / across) + y, x, run));
      // The full ones of a cell are every other column, so that this counts them.
      const at = Math.floor((run * down + x) / windows) * Math.ceil(N / 2) + (n >> 1);
      for (let i = 0; i < Math.min(groupsEach, groups - first); i++) {
        scales[n * groups + first + i] = entry(bank.scales, at + i);
        if (mins) mins[n * groups + first + i] = entry(bank.mins, at + i);
      }
    }
  }
  const { parents, parentMins, offset } = level;
  const zeros = storesZeroCodes(format)
    ? randomZeros(format, N * groups, hash32(hash32(seed, 3), run))
    : undefined;
  return {
    ...{ format, N, K, zeros },
    stored: { scales, mins, parents, parentMins, offset },
    exponentsAt: (position) => banks.exponents(windowAt(position)),
  };
}

const entry = (bank: Uint32Array, at: number): number => bank[at % bank.length]!;

/**
 * Whether a group is one of the full ones; a value of the second level `super` may be that of all cells of a column.
 *
 * @param place of the column, of which neighbours differ. @param x of the cell.
 */
const isFull = (
  { secondLevel }: Pick<WeightFormat, 'secondLevel'>,
  place: number,
  x: number,
  run: number,
): boolean => ((place + (secondLevel === 'super' ? 0 : x) + run) & 1) === 0;

/** The weights that share a value of the second level `super`, counted along K. */
const blockOf = ({ group }: WeightFormat, g: number): number => Math.floor((g * Number(group)) / SUPER_BLOCK);

/** Codes of scales to go through, and of their minima; none where there are none. */
interface Bank {
  readonly scales: Uint32Array;
  readonly mins: Uint32Array;
}

/** Scales and minima to go through, by window; made when they are first asked for. */
class Banks {
  readonly #format: WeightFormat;
  readonly #range: OneTermRange;
  readonly #level: Level;
  readonly #seed: number;
  readonly #banks = new Map<number, Bank>();

  constructor(format: WeightFormat, range: OneTermRange, level: Level, seed: number) {
    this.#format = format;
    this.#range = range;
    this.#level = level;
    this.#seed = seed;
  }

  /** The exponents of what scales become with their second level. */
  exponents(window: number): Exponents {
    const own = this.#own(window);
    const level = this.#level.exponents(window);
    return { least: own.least + level.least, most: own.most + level.most };
  }

  /** The exponents of scales as they are stored. */
  #own(window: number): Exponents {
    const type = typeExponents(this.#format.scale);
    if (this.#format.secondLevel === 'none') return windowOf(this.#format, this.#range, window);
    if (this.#format.secondLevel !== 'tensor') return type;
    const level = this.#level.exponents(window);
    const { least, most } = this.#range.scales;
    return {
      least: Math.max(type.least, least - level.least),
      most: Math.min(type.most, most - level.most - 1),
    };
  }

  of(window: number, full: boolean): Bank {
    const key = 2 * window + (full ? 1 : 0);
    const known = this.#banks.get(key);
    if (known) return known;
    const seed = hash32(this.#seed, key);
    const bits = full ? undefined : this.#range.fewBits;
    const level = this.#level.exponents(window);
    const scales = scaleBank(
      {
        type: this.#format.scale,
        exponents: this.#own(window),
        most:
          this.#format.secondLevel === 'super'
            ? Infinity
            : this.#range.largestScale / 2 ** (level.most + (this.#format.secondLevel === 'none' ? 0 : 1)),
        bits,
      },
      seed,
    );
    const mins =
      this.#format.zeroPoint === 'min' ? this.#minBank(scales, bits, hash32(seed, 1)) : new Uint32Array();
    this.#banks.set(key, { scales, mins });
    return { scales, mins };
  }

  /** A minimum for each scale: every code of an integer; else at most twice the largest scaled value, or some of them 0. */
  #minBank(scales: Uint32Array, bits: number | undefined, seed: number): Uint32Array {
    const type = minType(this.#format);
    if (type === 'u4' || type === 'u6') {
      // Of few bits: below 4.
      const codes = everyCode(type).slice(0, bits === undefined ? Infinity : 4);
      return Uint32Array.from(codes, (_, i) => codes[(i * 7 + 3) % codes.length]!);
    }
    const { encode, decode, significand } = SCALE_TYPES[type];
    const { decode: scaleOfCode } = SCALE_TYPES[this.#format.scale];
    const { least, most } = typeExponents(type);
    const { largest, unit } = valueRange(this.#format);
    return scales.map((code, i) => {
      const scale = this.#format.secondLevel === 'super' ? 1 : Math.abs(scaleOfCode(code));
      const random = hash32(seed, i);
      if (scale === 0 || random % 8 === 0) return encode(0);
      const few = bits !== undefined;
      // A few units of the scale, so that the sum has few bits more; or anywhere below the largest value.
      const about = few
        ? floorLog2(scale * unit) + (random % 3)
        : floorLog2(scale * largest) - ((random >>> 4) % 7);
      const exponent = Math.min(Math.max(about, least), most - 1);
      const precision = Math.min(bits ?? significand, type === 'f16' ? exponent + 25 : significand);
      const min = randomFloat(hash32(random, i), exponent, precision, true);
      return decode(encode(min)) === min ? encode(min) : encode(0);
    });
  }
}

/** The second level of a run. */
function levelOf(
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
