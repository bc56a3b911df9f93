import { ceilDiv } from '../base/integers.ts';
import { type Bytes, bytes, flops } from '../base/units.ts';
import type { Geometry } from '../layouts/layout.ts';
import { bindingsOf, WEIGHT_ROLES } from './bindings.ts';
import type { Columns } from './columns.ts';
import { compose, type ShaderPart } from './compose.ts';
import { epilogueParts } from './epilogue.ts';
import type { BufferRole, KernelPlan, PlanNumerics } from './plan.ts';
import { prelude, type PreludeValue } from './prelude.ts';
import type { GemmProblem } from './problem.ts';
import type { Tile } from './tile.ts';
import { weightBuffers, weightParts } from './weight-parts.ts';
import { ACTIVATION_WGSL, PROBLEM_WGSL } from './wgsl.ts';

/** One pass of a design: an entry point of its module. */
export interface DesignPass {
  readonly entryPoint: string;
  readonly workgroupSize: number;
  readonly dispatch: readonly [number, number, number];
  /** Roles that it reads besides the uniforms; what the problem has no use for is left out. */
  readonly reads: readonly BufferRole[];
  readonly writes: readonly BufferRole[];
}

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
  /** `enable` and `requires` lines, without the words `;` and newline: `enable f16`. */
  readonly directives?: readonly string[];
  /** The algorithm and its generated functions. */
  readonly parts: readonly ShaderPart[];
  readonly passes: readonly DesignPass[];
  /** Buffers between the passes; each is written once and read once. */
  readonly between?: KernelPlan['buffers'];
  readonly workgroupBytes: number;
  readonly registers: number;
  readonly macsPerIteration: number;
  /** How often all workgroups together load each packed weight, each activation, and what is between the passes (1 if left out). */
  readonly reuse: { readonly weights: number; readonly activations: number; readonly between?: number };
  readonly numerics: PlanNumerics;
}

/** The one pass of a kernel that multiplies and stores in one go. */
export const singlePass = (
  workgroupSize: number,
  dispatch: readonly [number, number, number],
): readonly [DesignPass] => [
  {
    entryPoint: 'main',
    workgroupSize,
    dispatch,
    reads: ['activations', ...WEIGHT_ROLES, 'bias'],
    writes: ['output'],
  },
];

/** Joins a design with the files for its format, layout, activations and store: one module for all its passes. */
export function assemble(problem: GemmProblem, design: Design): KernelPlan {
  const { geometry, paddedM, between = {} } = design;
  const { M, N, K } = problem;
  const weights = weightParts(problem, geometry, design.columns);
  const activationBytes = paddedM * geometry.paddedK * (problem.activation === 'f16' ? 2 : 4);
  const outputBytes = M * N * (problem.output === 'f16' ? 2 : 4);
  const packed = weightBuffers(problem, geometry);
  const buffers: KernelPlan['buffers'] = {
    uniforms: bytes(16),
    activations: bytes(activationBytes),
    ...packed,
    ...(problem.epilogue === 'bias' ? { bias: bytes(4 * N) } : {}),
    ...between,
    output: bytes(4 * ceilDiv(outputBytes, 4)),
  };
  const epilogue = epilogueParts(problem, design.stores4);
  const directives = [...new Set([...(design.directives ?? []), ...epilogue.directives])];
  const shader = compose([
    ...(directives.length > 0
      ? [{ name: 'generated: directives', wgsl: directives.map((line) => `${line};\n`).join('') }]
      : []),
    prelude({ N, ...weights.constants, ...design.constants }),
    PROBLEM_WGSL,
    ACTIVATION_WGSL[problem.activation],
    ...weights.parts,
    ...epilogue.parts,
    ...design.parts,
  ]);
  const { variant, tile, macsPerIteration, registers, numerics, reuse } = design;
  const weightBytes = sum(packed);
  const biasBytes = buffers.bias ?? 0;
  const passedOn = sum(between);
  const outputsAndBias = biasBytes + outputBytes;
  return {
    kind: 'plan',
    variant,
    problem,
    tile,
    passes: design.passes.map(({ reads, writes, ...pass }) => ({
      ...pass,
      shader,
      bindings: bindingsOf(buffers, reads, writes),
    })),
    buffers,
    geometry,
    paddedM,
    numerics,
    traffic: bytes(activationBytes + weightBytes + 2 * passedOn + outputsAndBias),
    loaded: bytes(
      activationBytes * reuse.activations +
        weightBytes * reuse.weights +
        passedOn * (1 + (reuse.between ?? 1)) +
        outputsAndBias,
    ),
    work: flops(2 * M * N * K),
    workgroupBytes: bytes(design.workgroupBytes),
    registers,
    macsPerIteration,
  };
}

const sum = (buffers: KernelPlan['buffers']): Bytes =>
  bytes(Object.values(buffers).reduce((total, size) => total + size, 0));
