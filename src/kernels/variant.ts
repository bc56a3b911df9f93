import type { DeviceCaps } from './caps.ts';
import type { KernelPlan, Rejection } from './plan.ts';
import type { GemmProblem } from './problem.ts';
import type { Parameter, Tile } from './tile.ts';

/** One algorithm for the product. Adding one touches its own file, its `.wgsl` files, `registry.ts` and `wgsl.ts`. */
export interface KernelVariant {
  readonly id: string;
  /** One line for users: what it does and when it wins. */
  readonly summary: string;
  readonly parameters: readonly Parameter[];
  /** The parameters used where none are given. */
  readonly defaults: (problem: GemmProblem) => Tile;
  /**
   * Plans the product.
   *
   * @param overrides parameters that differ from the defaults.
   * @returns the plan, or the first constraint that does not hold. Never throws for a bad configuration.
   */
  plan(problem: GemmProblem, overrides: Tile, caps: DeviceCaps): KernelPlan | Rejection;
}
