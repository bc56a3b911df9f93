import type { Bytes, Flops } from '../base/units.ts';
import type { Geometry } from '../layouts/layout.ts';
import type { ComposedShader } from './compose.ts';
import type { GemmProblem } from './problem.ts';
import type { Tile } from './tile.ts';

/**
 * What a buffer holds. One buffer a role: `uniforms` is [M, 0, 0, 0] as u32, `zeros` has zero points or minima, `parents` the
 * second level of the scales, `bias` f32 [N]. Between passes: `partials` are sums over parts of K, f32; `quantized` are
 * int8 activations and `blocks` the scale and sum of each of their blocks; `expanded` are decoded weights. `lanes` belong to a
 * check: a log of what lanes did, or what they are taken for.
 */
export type BufferRole =
  | 'uniforms'
  | 'activations'
  | 'weights'
  | 'scales'
  | 'zeros'
  | 'parents'
  | 'bias'
  | 'partials'
  | 'quantized'
  | 'blocks'
  | 'expanded'
  | 'lanes'
  | 'output';

/** How a shader sees a buffer; every binding is in group 0. */
export interface Binding {
  readonly binding: number;
  readonly role: BufferRole;
  readonly access: 'uniform' | 'read' | 'read_write';
}

/** One compute pass of a plan. All passes of a plan are entry points of one module, so that a user edits one text. */
export interface Pass {
  readonly shader: ComposedShader;
  /** `main` multiplies; others prepare its operands or finish its outputs. */
  readonly entryPoint: string;
  /** Invocations of a workgroup. */
  readonly workgroupSize: number;
  /** Workgroups along x, y, z. */
  readonly dispatch: readonly [x: number, y: number, z: number];
  readonly bindings: readonly Binding[];
}

/** The rounding that a plan's arithmetic may do, for the error bound. */
export interface PlanNumerics {
  /** Largest number of terms that one output's sum has, padding included. */
  readonly terms: number;
  /** Roundings of one decoded weight, of its scale included; 0 where all of it is exact in f32. */
  readonly decodeRoundings: number;
  /** An offset left on the codes, beside their zero point, inside a span of K and removed after it; 0 where there is none. */
  readonly offset: number;
  /** Weights along K whose raw codes are summed before scale, offset and minimum come in; 0 where each weight is decoded. */
  readonly span: number;
  /** Terms of a partial sum that is kept in f16, of values before their scale; 0 where sums are f32 throughout. */
  readonly halfTerms: number;
  /** Roundings to f16 that one term of such a sum meets before it is added; 0 without. */
  readonly halfRoundings: number;
  /** Whether such sums are of weights, scale and minimum included, and not of values before their scale; false if left out. */
  readonly halfScaled?: boolean;
}

/** Everything a device needs to run one kernel on one problem. Plain data: no GPU object in it. */
export interface KernelPlan {
  readonly kind: 'plan';
  readonly variant: string;
  readonly problem: GemmProblem;
  /** The parameters as used, defaults filled in. */
  readonly tile: Tile;
  /** Run in order; together they compute the product once. */
  readonly passes: readonly Pass[];
  /** Size of each buffer that the passes bind. */
  readonly buffers: Readonly<Partial<Record<BufferRole, Bytes>>>;
  /** How weights, scales and zero points are padded and packed. */
  readonly geometry: Geometry;
  /** Rows of the activation buffer, padded to the tile; it is [paddedM, geometry.paddedK], zeros in the padding. */
  readonly paddedM: number;
  readonly numerics: PlanNumerics;
  /** Least traffic of this plan: each packed weight, scale, zero point, activation and output moved once. */
  readonly traffic: Bytes;
  /** 2 · M · N · K. */
  readonly work: Flops;
  /** Workgroup memory of one workgroup. */
  readonly workgroupBytes: Bytes;
  /** Bytes that all workgroups together load and store, each address once a workgroup: what the caches must deliver. */
  readonly loaded: Bytes;
  /** Estimated 32-bit registers of one invocation: accumulators, fragments and what is prefetched. */
  readonly registers: number;
  /** Multiply-accumulates of one invocation in one iteration of its outermost loop over K. */
  readonly macsPerIteration: number;
}

/** The pass of a plan that multiplies. */
export const mainPass = (passes: readonly Pass[]): Pass =>
  passes.find(({ entryPoint }) => entryPoint === 'main') ?? passes[0]!;

/** A plan that cannot be made, and the constraint that stands against it. */
export interface Rejection {
  readonly kind: 'rejected';
  /** A sentence for users: what must hold, the values that break it, and what would do. */
  readonly constraint: string;
}
