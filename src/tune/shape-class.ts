import type { GemmProblem } from '../kernels/problem.ts';

/** Largest M of each class but the last: where rows of tiles, and with them the best tile, change. */
const M_CLASSES = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512];

/** Shapes that one winner stands for. */
export interface ShapeClass {
  /** The largest M of the class; 0 for the class above the others. */
  readonly m: number;
  /** The power of two that N and K are nearest to, on a logarithmic scale. */
  readonly n: number;
  readonly k: number;
}

/** The class of a shape: M by doublings up to 512, N and K by the nearest power of two. */
export const shapeClass = ({ M, N, K }: Pick<GemmProblem, 'M' | 'N' | 'K'>): ShapeClass => ({
  m: M_CLASSES.find((largest) => M <= largest) ?? 0,
  n: 2 ** Math.round(Math.log2(N)),
  k: 2 ** Math.round(Math.log2(K)),
});
