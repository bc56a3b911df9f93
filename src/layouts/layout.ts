/** Codes along K that are packed together: the smallest number that fills whole words at every width from 1 to 8. */
export const CHUNK = 32;

/**
 * The padded geometry of packed weights. A *chunk* is {@link CHUNK} consecutive codes of one column: one LSB-first
 * stream of `bits` words. A layout says where each of those words lies.
 */
export interface Geometry {
  /** Columns, padded to a multiple of the kernel's tile and of `NB`. */
  readonly paddedN: number;
  /** Depth, padded to a multiple of the kernel's tile and of {@link CHUNK}. */
  readonly paddedK: number;
  /** Bits a code. */
  readonly bits: number;
  /** Columns that lie side by side in an interleaved layout; a multiple of 4. */
  readonly NB: number;
  /** Groups along K stored for each column. */
  readonly groups: number;
}

/** A place for every word and every group's scale. Pure index arithmetic: the WGSL twin is `shaders/layouts/<id>.wgsl`. */
export interface Layout {
  readonly id: string;
  /** One sentence for users: where the bits lie and what that is good for. */
  readonly summary: string;
  /** Index of word `i` (0 … bits − 1) of chunk `chunk` (k = chunk · CHUNK …) of column `n`. */
  wordIndex(geometry: Geometry, n: number, chunk: number, i: number): number;
  /** Index of the scale (and zero point) of group `group` of column `n`. */
  groupIndex(geometry: Geometry, n: number, group: number): number;
}
