import { FLOAT16_MAX, FLOAT16_MIN_NORMAL } from '../base/float16.ts';
import { FLOAT32_MIN_NORMAL } from '../base/float32.ts';
import {
  DOUBLE_BLOCK,
  groupCount,
  minType,
  parentCount,
  parentIndex,
  scaleOf,
  type WeightFormat,
} from './format.ts';
import type { StoredScales } from './quantized.ts';
import { minsAreNegative } from './scale-rules.ts';
import { type ScaleCodec, SCALE_TYPES, type ScaleType } from './scale-type.ts';

/** The second level of a matrix's scales: what {@link StoredScales} says of it. */
export type ScaleParents = Pick<StoredScales, 'parents' | 'offset'>;

/** Whether scales are rounded up where the nearest one is too small, so that no weight lies beyond the element's ends. */
const roundsUp = ({ rule, scale }: WeightFormat): boolean => rule === 'ceil' || scale === 'e8m0';

/**
 * The second level for the scales that the groups ask for, each rounded to its type, and up where the groups' scales are.
 *
 * - `tensor`: the largest scale becomes the largest of its type (with `four-over-six` 4/7 of it, so that half as much again
 *   fits); 1 for types whose range has no need of that; with the type `one` the scale itself.
 * - `super`: the largest scale of each 256 weights becomes the largest multiple.
 * - `double`: the mean is the offset; what the scales of a block differ from it by at most is the block's value.
 *
 * @param ideals [N, groups], or [1] for the type `one`.
 */
export function chooseParents(
  format: WeightFormat,
  N: number,
  K: number,
  ideals: Float64Array,
): ScaleParents {
  const round = roundsUp(format) ? roundUpTo : roundTo;
  switch (format.secondLevel) {
    case 'none':
      return {};
    case 'tensor':
      return {
        parents: Float32Array.of(round('f32', (largestOf(ideals) * slack(format)) / largestOwn(format))),
      };
    case 'super': {
      const { bits, decode } = scaleOf(format);
      const parents = largestByParent(format, N, K, ideals);
      return {
        parents: Float32Array.from(parents, (largest) => round('f16', largest / decode(2 ** bits - 1))),
      };
    }
    case 'double': {
      const offset = roundTo('f32', ideals.reduce((sum, ideal) => sum + ideal, 0) / ideals.length);
      const differences = ideals.map((ideal) => Math.abs(ideal * slack(format) - offset));
      const parents = Float32Array.from({ length: Math.ceil(ideals.length / DOUBLE_BLOCK) }, (_, i) =>
        round('f32', largestOf(differences.subarray(i * DOUBLE_BLOCK, (i + 1) * DOUBLE_BLOCK))),
      );
      return { parents, offset };
    }
  }
}

/** The stored scales of one format under a chosen second level. */
export class ScaleRounder {
  readonly #codec: ScaleCodec;
  readonly #parents: Float32Array | undefined;
  readonly #offset: number | undefined;
  readonly #up: boolean;

  constructor(format: WeightFormat, { parents, offset }: ScaleParents) {
    this.#codec = scaleOf(format);
    this.#parents = parents;
    this.#offset = offset;
    this.#up = roundsUp(format);
  }

  /**
   * The code of a scale: of the nearest one of the type, or with `ceil` and E8M0 of the smallest one that is no smaller; the
   * largest of the type where there is none. A positive scale gets the code of a positive one, 0 that of 0.
   *
   * @param parent as `parentIndex` gives it.
   */
  codeOf(ideal: number, parent: number): number {
    if (ideal === 0) return this.#codec.encode(this.#offset === undefined ? 0 : this.#own(0, parent));
    let code = this.#codec.encode(this.#own(ideal, parent));
    // One step makes up for the rounding of a product; with an offset the nearest one may be several too low.
    while (this.scaleOf(code, parent) <= 0) {
      const next = this.neighbour(code, 1);
      if (next === code) break;
      code = next;
    }
    return this.#up && this.scaleOf(code, parent) < ideal ? this.neighbour(code, 1) : code;
  }

  /** The scale that a code means, second level included; rounded as decoding rounds it. */
  scaleOf(code: number, parent: number): number {
    const own = this.#codec.decode(code);
    if (!this.#parents) return own;
    const scaled = Math.fround(own * this.#parents[parent]!);
    const scale = this.#offset === undefined ? scaled : Math.fround(scaled + this.#offset);
    return Math.abs(scale) < FLOAT32_MIN_NORMAL ? 0 : scale;
  }

  /** The code of the next larger or smaller value that the type stores, or `code` where there is none. */
  neighbour(code: number, by: 1 | -1): number {
    const next = code + by;
    return next >= 0 && this.#codec.encode(this.#codec.decode(next)) === next ? next : code;
  }

  /** What the type is to hold; at least so much that the scale is a normal f32. */
  #own(ideal: number, parent: number): number {
    if (!this.#parents) return ideal;
    const level = this.#parents[parent]!;
    if (level === 0) return 0;
    return this.#offset === undefined
      ? Math.max(ideal, FLOAT32_MIN_NORMAL) / level
      : (ideal - this.#offset) / level;
  }
}

/**
 * The stored minima of a format with the zero point `min`: the nearest of their type. Multiples of the second level share an
 * f16 for 256 weights; another type stores what the second level would, which is then 1.
 *
 * @param ideals [N, groups], at most 0 where minima are multiples.
 */
export function storeMins(
  format: WeightFormat,
  N: number,
  K: number,
  ideals: Float64Array,
): Pick<StoredScales, 'mins' | 'parentMins'> {
  const type = minType(format);
  const groups = groupCount(format, K);
  if (format.secondLevel !== 'super') {
    return { mins: Uint32Array.from(ideals, (min) => encodeMin(type, min)) };
  }
  // The second level's minima are taken off.
  const taken = ideals.map((min) => -min);
  if (!minsAreNegative(format)) {
    const parentMins = new Float32Array(parentCount(format, N, groups)).fill(1);
    return { mins: Uint32Array.from(taken, (min) => encodeMin(type, min)), parentMins };
  }
  const { bits, encode } = SCALE_TYPES[type];
  const parentMins = Float32Array.from(largestByParent(format, N, K, taken), (largest) =>
    roundTo('f16', largest / (2 ** bits - 1)),
  );
  const mins = Uint32Array.from(taken, (min, i) => {
    const parent = parentMins[parentIndex(format, groups, Math.floor(i / groups), i % groups)]!;
    return parent === 0 ? 0 : encode(min / parent);
  });
  return { mins, parentMins };
}

/** As the type encodes it, but 0 where that is nearer than the smallest normal. */
function encodeMin(type: ScaleType, min: number): number {
  const least = type === 'f16' ? FLOAT16_MIN_NORMAL : FLOAT32_MIN_NORMAL;
  return SCALE_TYPES[type].encode(Math.abs(min) < least / 2 ? 0 : min);
}

/** What a scale that rounds up is raised by, lest the rounding of its product or sum in f32 end below. */
const slack = ({ rule, scale }: WeightFormat): number =>
  rule === 'ceil' && scale !== 'one' ? 1 + 2 ** -23 : 1;

/** The largest own value of a scale under the second level `tensor`. */
function largestOwn({ scale, rule }: WeightFormat): number {
  const largest = { f16: FLOAT16_MAX, ue4m3: 448, ue5m3: 114688 }[scale as string] ?? 1;
  return rule === 'four-over-six' && largest > 1 ? (largest * 4) / 7 : largest;
}

function largestByParent(format: WeightFormat, N: number, K: number, values: Float64Array): Float64Array {
  const groups = groupCount(format, K);
  const largest = new Float64Array(parentCount(format, N, groups));
  values.forEach((value, i) => {
    const parent = parentIndex(format, groups, Math.floor(i / groups), i % groups);
    if (value > largest[parent]!) largest[parent] = value;
  });
  return largest;
}

const largestOf = (values: Float64Array): number => values.reduce((most, value) => Math.max(most, value), 0);

const roundTo = (type: ScaleType, value: number): number =>
  SCALE_TYPES[type].decode(SCALE_TYPES[type].encode(value));

function roundUpTo(type: ScaleType, value: number): number {
  const { encode, decode } = SCALE_TYPES[type];
  const code = encode(value);
  return decode(code) < value && encode(decode(code + 1)) === code + 1 ? decode(code + 1) : decode(code);
}
