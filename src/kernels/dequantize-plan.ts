import { ceilDiv } from '../base/integers.ts';
import { bytes, flops } from '../base/units.ts';
import { RUN } from '../layouts/layout.ts';
import type { DeviceCaps } from './caps.ts';
import { compose, type ShaderPart } from './compose.ts';
import { checkPlan, reject, weightsRefusal } from './constraint.ts';
import { padGeometry } from './geometry.ts';
import { indent } from './indent.ts';
import { decodedRun } from './naive-wgsl.ts';
import type { KernelPlan, Rejection } from './plan.ts';
import { prelude } from './prelude.ts';
import type { GemmProblem } from './problem.ts';
import { bindingsOf, WEIGHT_ROLES } from './bindings.ts';
import { weightBuffers, weightParts } from './weight-parts.ts';
import { KERNEL_WGSL } from './wgsl.ts';

/** Columns side by side in the interleaved layout. */
const NB = 32;
const WORKGROUP = 64;

/**
 * In what a weight is kept before it is stored as f32: `f32`; `f16`, by the feature shader-f16, which is exact where the
 * weight is a normal f16.
 */
export type DecodeType = 'f32' | 'f16';

/**
 * Plans the decoding of all weights of a problem, with the same functions as in every kernel, to an output [N, K] of f32; a
 * subnormal becomes 0.
 */
export function planDequantize(
  problem: GemmProblem,
  caps: DeviceCaps,
  type: DecodeType = 'f32',
): KernelPlan | Rejection {
  const refusal = weightsRefusal(problem);
  if (refusal) return reject(refusal);
  if (type === 'f16' && !caps.shaderF16) return reject('this adapter lacks the feature shader-f16');
  const { N, K } = problem;
  const geometry = padGeometry(problem, NB);
  const weights = weightParts(problem, geometry, 1);
  const buffers = { ...weightBuffers(problem, geometry), output: bytes(4 * N * K) };
  const workgroups = ceilDiv((N * geometry.paddedK) / RUN, WORKGROUP);
  const wide = Math.min(workgroups, caps.maxComputeWorkgroupsPerDimension);
  const dispatch = [wide, ceilDiv(workgroups, wide), 1] as const;
  const constants = { N, K, ...weights.constants };
  const shader = compose([
    ...(type === 'f16' ? [{ name: 'generated: features', wgsl: 'enable f16;' }] : []),
    prelude({ ...constants, WORKGROUP, STRIDE: wide * WORKGROUP }),
    ...weights.parts,
    KERNEL_WGSL.dequantize,
    decodeFunction(problem, type),
  ]);
  const moved = bytes(Object.values(buffers).reduce((sum, size) => sum + size, 0));
  const plan: KernelPlan = {
    kind: 'plan',
    variant: 'dequantize',
    problem,
    tile: {},
    passes: [
      {
        shader,
        entryPoint: 'main',
        workgroupSize: WORKGROUP,
        dispatch,
        bindings: bindingsOf(buffers, WEIGHT_ROLES, ['output']),
      },
    ],
    buffers,
    geometry,
    paddedM: 0,
    numerics: { terms: 1, decodeRoundings: 0, offset: 0, span: 0, halfTerms: 0, halfRoundings: 0 },
    traffic: moved,
    loaded: moved,
    registers: 24,
    work: flops(0),
    workgroupBytes: bytes(0),
    macsPerIteration: 0,
  };
  return checkPlan(plan, caps);
}

/** The `decode_run` of `shaders/kernels/dequantize.wgsl`. */
function decodeFunction(problem: GemmProblem, type: DecodeType): ShaderPart {
  const { statements, weights } = decodedRun(problem);
  const kept = weights.map((weight) => (type === 'f16' ? `f32(f16(${weight}))` : weight));
  const wgsl = `fn decode_run(n : u32, run : u32) -> array<f32, ${RUN}> {
${indent(statements)}
  return array<f32, ${RUN}>(
${indent(
  kept.map((weight) => `${weight},`),
  4,
)}
  );
}
`;
  return { name: 'generated: decode', wgsl };
}
