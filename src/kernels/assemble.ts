import { bytes, flops } from '../base/units.ts';
import type { Geometry } from '../layouts/layout.ts';
import type { Columns } from './columns.ts';
import { compose, type ShaderPart } from './compose.ts';
import type { KernelPlan, PlanNumerics } from './plan.ts';
import { prelude, type PreludeValue } from './prelude.ts';
import type { GemmProblem } from './problem.ts';
import type { Tile } from './tile.ts';
import { bindingsOf, weightBuffers, weightParts } from './weight-parts.ts';
import { ACTIVATION_WGSL, PROBLEM_WGSL, STORE_WGSL } from './wgsl.ts';

/** What a variant says of itself; the rest of its plan follows from the problem. */
export interface Design {
  readonly variant: string;
  readonly tile: Tile;
  readonly geometry: Geometry;
  readonly paddedM: number;
  /** Neighbouring columns that the kernel reads at once. */
  readonly columns: Columns;
  readonly constants: Readonly<Record<string, PreludeValue>>;
  /** Whether the kernel stores four outputs along N at a time; else one by one. */
  readonly stores4: boolean;
  /** The algorithm and its generated functions. */
  readonly parts: readonly ShaderPart[];
  readonly workgroupSize: number;
  readonly dispatch: readonly [number, number, number];
  readonly workgroupBytes: number;
  readonly macsPerIteration: number;
  readonly numerics: PlanNumerics;
}

/** Joins a single-pass design with the files for its format, layout, activations and store. */
export function assemble(problem: GemmProblem, design: Design): KernelPlan {
  const { geometry, paddedM } = design;
  const weights = weightParts(problem, geometry, design.columns);
  const activationBytes = paddedM * geometry.paddedK * (problem.activation === 'f16' ? 2 : 4);
  const packed = weightBuffers(problem, geometry);
  const buffers: KernelPlan['buffers'] = {
    uniforms: bytes(16),
    activations: bytes(activationBytes),
    ...packed,
    output: bytes(4 * problem.M * problem.N),
  };
  const shader = compose([
    prelude({ N: problem.N, ...weights.constants, ...design.constants }),
    PROBLEM_WGSL,
    ACTIVATION_WGSL[problem.activation],
    ...weights.parts,
    design.stores4 && problem.N % 4 === 0 ? STORE_WGSL.vector : STORE_WGSL.scalar,
    ...design.parts,
  ]);
  const { variant, tile, workgroupSize, dispatch, macsPerIteration, numerics } = design;
  const weightBytes = Object.values(packed).reduce((sum, size) => sum + size, 0);
  return {
    kind: 'plan',
    variant,
    problem,
    tile,
    passes: [{ shader, entryPoint: 'main', workgroupSize, dispatch, bindings: bindingsOf(buffers) }],
    buffers,
    geometry,
    paddedM,
    numerics,
    traffic: bytes(activationBytes + weightBytes + problem.M * problem.N * 4),
    work: flops(2 * problem.M * problem.N * problem.K),
    workgroupBytes: bytes(design.workgroupBytes),
    macsPerIteration,
  };
}
