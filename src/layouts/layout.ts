import type { Element } from '../formats/element.ts';

/** Codes along K that are packed together: the smallest number that fills whole words at every width from 1 to 8. */
export const CHUNK = 32;

/** Codes along K that a kernel decodes together: `bits` bytes of a chunk. */
export const RUN = 8;

/** The padded geometry of packed weights. */
export interface Geometry {
  /** Columns, padded to a multiple of the kernel's tile, of `NB` and of the layout's tile. */
  readonly paddedN: number;
  /** Depth, padded to a multiple of the kernel's tile, of {@link CHUNK} and of the layout's tile. */
  readonly paddedK: number;
  /** Bits a code. */
  readonly bits: number;
  /** Columns that lie side by side in an interleaved layout; a multiple of 4. */
  readonly NB: number;
  /** Groups along K stored for each column. */
  readonly groups: number;
}

/** Whole words of chunks have places of their own. Pure index arithmetic: the WGSL twin is `shaders/layouts/<id>.wgsl`. */
export interface ChunkPlacement {
  readonly kind: 'chunks';
  readonly id: 'interleaved' | 'stream';
  /** Whether words, and groups, of neighbouring columns are neighbours. */
  readonly interleaves: boolean;
  /** Index of word `i` (0 … bits − 1) of chunk `chunk` (k = chunk · CHUNK …) of column `n`. */
  wordIndex(geometry: Geometry, n: number, chunk: number, i: number): number;
  /** Index of the scale (and zero point) of group `group` of column `n`. */
  groupIndex(geometry: Geometry, n: number, group: number): number;
}

/** Single codes have addresses, tile after tile of [columns, depth] codes: `[N/columns][K/depth]` tiles. */
export interface TilePlacement {
  readonly kind: 'tiles';
  /** Columns of a tile. */
  readonly columns: number;
  /** Codes along K of a tile. */
  readonly depth: number;
  /** Address in a tile, 0 … columns · depth − 1, of code (n, k) of the tile. */
  address(n: number, k: number): number;
  /** The same as a WGSL u32 expression over u32 expressions. */
  addressExpression(n: string, k: string): string;
}

/** Which bits of which codes a place takes, the same for every run. */
export interface BitOrder {
  /** `lsb`: a code's low bits in the low bits of a word; `msb`: the first code in the high bits of the first byte. */
  readonly ends: 'lsb' | 'msb';
  /** [RUN] which code of a run lies at each place: 0 … 7 in order, or another permutation. */
  readonly permutation: readonly number[];
  /** Widths of the parts that a code is split into, from its top bits down; each part is a stream of its own. */
  readonly planes: readonly number[] | undefined;
}

/** A place for every bit of every code, and for every group's scale. */
export interface Layout {
  /** As a spec names it. */
  readonly name: string;
  /** One sentence for users: where the bits lie and what that is good for. */
  readonly summary: string;
  readonly placement: ChunkPlacement | TilePlacement;
  readonly order: BitOrder;
}

/** One part of a code: `width` bits from bit `shift` of the code on. */
export interface Plane {
  readonly width: number;
  /** The code's bit at which the part begins. */
  readonly shift: number;
  /** Word of a chunk at which the part's stream begins: the widths of the parts before it. */
  readonly firstWord: number;
}

/** The parts of codes of `bits` bits, in the order in which they are stored. */
export function planesOf({ planes }: BitOrder, bits: number): readonly Plane[] {
  let firstWord = 0;
  return (planes ?? [bits]).map((width) => {
    const plane = { width, shift: bits - firstWord - width, firstWord };
    firstWord += width;
    return plane;
  });
}

/** Consecutive bits of one code that lie in one word of a run's window. */
export interface Piece {
  /** Bits. */
  readonly count: number;
  /** The code's bit at which they begin, counted within the plane. */
  readonly fromBit: number;
  /** Where they lie in the window: RUN · width bits from the run's first byte of the plane on. */
  readonly windowBit: number;
}

/** The pieces of code `j` (0 … RUN − 1) of a run in a plane of `width` bits. */
export function piecesOf({ ends, permutation }: BitOrder, width: number, j: number): readonly Piece[] {
  const place = permutation.indexOf(j);
  const pieces: Piece[] = [];
  for (let bit = 0; bit < width; bit++) {
    const windowBit = ends === 'lsb' ? place * width + bit : msbFirst(place * width + (width - 1 - bit));
    const last = pieces.at(-1);
    if (last && last.windowBit + last.count === windowBit && windowBit % 32 !== 0) {
      pieces[pieces.length - 1] = { ...last, count: last.count + 1 };
    } else pieces.push({ count: 1, fromBit: bit, windowBit });
  }
  return pieces;
}

/** Bit `t` of a stream that fills each byte from its top bit down, counted from each byte's low end. */
const msbFirst = (t: number): number => (t & ~7) + 7 - (t & 7);

/** Whether codes of a run follow each other from the low bits up, unsplit. */
export const isPlain = ({ ends, permutation, planes }: BitOrder): boolean =>
  ends === 'lsb' && planes === undefined && permutation.every((code, place) => code === place);

/**
 * Why codes of an element have no place in a layout.
 *
 * @returns a clause for users, or undefined where they have.
 */
export function layoutRefusal({ name, order }: Layout, { bits }: Pick<Element, 'bits'>): string | undefined {
  const sum = order.planes?.reduce((total, width) => total + width, 0) ?? bits;
  if (sum !== bits) {
    return `the layout ${name} splits codes of ${String(sum)} bits, and these have ${String(bits)}; take planes that add up to it`;
  }
  return undefined;
}
