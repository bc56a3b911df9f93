import { hash32 } from '../base/random.ts';
import { floorLog2 } from '../formats/float-element.ts';
import {
  groupCount,
  groupSize,
  minType,
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
import { type Level, levelOf } from './one-term-levels.ts';
import type { Exponents, OneTermRange } from './one-term-range.ts';
import { isFull, scaleWindows, windowOf } from './one-term-windows.ts';

/** What decodes the codes in one run. */
export interface OneTermScales extends Pick<QuantizedWeights, 'format' | 'N' | 'K' | 'zeros' | 'stored'> {
  /** Exponents of the scales, second level included, that position y · down + x of the grid has. */
  exponentsAt(position: number): Exponents;
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

/** Of floats so many scales have one of 0 among them. */
const ZERO_EVERY = 32;

/** Each time around a bank begins one further on: a column would have the same ones in each run where a bank fills a row just so. */
const entry = (bank: Uint32Array, at: number): number =>
  bank[(at + Math.floor(at / bank.length)) % bank.length]!;

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
    const { encode, bits: width } = SCALE_TYPES[this.#format.scale];
    // Of a type of at most 8 bits 0 is among all codes.
    if (width > 8) {
      // Anywhere, for at even distances they would be in the same lanes of every tile.
      for (let i = 0; i < scales.length; i++)
        if (hash32(hash32(seed, 2), i) % ZERO_EVERY === 0) scales[i] = encode(0);
    }
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
