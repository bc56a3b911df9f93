/** Codes along K that a kernel reads at once: the smallest number that fills whole words at every width from 1 to 8. */
export const CHUNK = 32;

/**
 * The padded geometry of packed weights. A *chunk* is {@link CHUNK} consecutive codes of one column, `bits` words, kept
 * together by every layout; a layout says only where each chunk starts.
 */
export interface Geometry {
  /** Columns, padded to a multiple of the kernel's tile and of `NB`. */
  readonly paddedN: number;
  /** Depth, padded to a multiple of the kernel's tile and of {@link CHUNK}. */
  readonly paddedK: number;
  /** Bits a code. */
  readonly bits: number;
  /** Columns that lie side by side in an interleaved layout. */
  readonly NB: number;
  /** Groups along K stored for each column: ⌈paddedK / group size⌉. */
  readonly groups: number;
}

/** A place for every chunk and every group's scale. Pure index arithmetic: the WGSL twin is `shaders/layouts/<id>.wgsl`. */
export interface Layout {
  readonly id: string;
  /** One sentence for users: where the bits lie and what that is good for. */
  readonly summary: string;
  /** Index of the first word of chunk `chunk` (k = chunk · CHUNK …) of column `n`. */
  chunkStart(geometry: Geometry, n: number, chunk: number): number;
  /** Index of the scale (and zero point) of group `group` of column `n`. */
  groupIndex(geometry: Geometry, n: number, group: number): number;
}
