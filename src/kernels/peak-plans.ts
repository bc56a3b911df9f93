import { type Bytes, bytes, flops } from '../base/units.ts';
import type { DeviceCaps } from './caps.ts';
import { compose, type ShaderPart } from './compose.ts';
import type { KernelPlan } from './plan.ts';
import type { GemmProblem } from './problem.ts';
import { PEAK_BUFFERS_WGSL, PEAK_WGSL } from './wgsl.ts';

/** Invocations of a workgroup of every probe. */
const WORKGROUP = 256;
/** Bytes of a vector of four words. */
const VECTOR = 16;
const MIB = 2 ** 20;
/** Operands of the probes that hardly touch memory. */
const FEW = bytes(64 * VECTOR);
/** The buffer that is read over and over. */
const CACHED = bytes(MIB / 2);
/** Bytes of the tile of the probe of workgroup memory. */
const TILE = bytes(1024 * VECTOR);

/** Which ceiling a probe measures. */
export type PeakKind = 'copy' | 'read' | 'cache' | 'workgroup' | 'f32' | 'f16' | 'dot4';

/** A probe: a plan, and what one dispatch of it does of the kind that it is for, in bytes or operations. */
export interface PeakProbe {
  readonly kind: PeakKind;
  readonly plan: KernelPlan;
  readonly amount: number;
}

/** How much a probe does. */
interface Load {
  readonly workgroups: number;
  readonly rounds: number;
}

/** A dispatch lasts some milliseconds on a CPU, and tens of microseconds on a large GPU. */
const LOADS = {
  hardware: { workgroups: 2048, rounds: 256 },
  software: { workgroups: 16, rounds: 64 },
} as const satisfies Record<string, Load>;

/**
 * The probes that an adapter can run. Their plans are no products: `run` and `sample` execute them like any other, and
 * nothing of their output is read.
 */
export function peakProbes(caps: DeviceCaps, software: boolean): readonly PeakProbe[] {
  const load = LOADS[software ? 'software' : 'hardware'];
  const large = Math.min((software ? 16 : 128) * MIB, caps.maxStorageBufferBindingSize, caps.maxBufferSize);
  // Each invocation takes 16 vectors.
  const vectors = Math.floor(large / VECTOR / (16 * WORKGROUP)) * 16 * WORKGROUP;
  const step = vectors / 16;
  const size = bytes(vectors * VECTOR);
  const threads = load.workgroups * WORKGROUP;
  const streaming = { WORDS4: vectors, STEP: step };
  const perVector = threads * load.rounds * 4 * VECTOR;
  const rounds = { ROUNDS: load.rounds };
  const fma = threads * load.rounds * 8 * 4 * 2;
  return [
    probe('copy', [PEAK_WGSL.copy], streaming, step / WORKGROUP, [size, size], 2 * size),
    probe('read', [PEAK_WGSL.read], streaming, step / WORKGROUP, [size, FEW], size),
    probe(
      'cache',
      [PEAK_WGSL.cache],
      { ...rounds, WORDS4: CACHED / VECTOR },
      load.workgroups,
      [CACHED, FEW],
      perVector,
    ),
    probe('workgroup', [PEAK_WGSL.workgroup], rounds, load.workgroups, [FEW, FEW], perVector),
    probe('f32', [vectorOf('f32'), PEAK_WGSL.fma], rounds, load.workgroups, [FEW, FEW], fma),
    ...(caps.shaderF16
      ? [probe('f16', [vectorOf('f16'), PEAK_WGSL.fma], rounds, load.workgroups, [FEW, FEW], fma)]
      : []),
    ...(caps.packedDot
      ? [probe('dot4', [PEAK_WGSL.dot4], rounds, load.workgroups, [FEW, FEW], threads * load.rounds * 16 * 8)]
      : []),
  ];
}

const vectorOf = (type: 'f32' | 'f16'): ShaderPart => ({
  name: 'generated: vector',
  wgsl: `${type === 'f16' ? 'enable f16;\n' : ''}alias vector4 = vec4<${type}>;\n`,
});

function probe(
  kind: PeakKind,
  parts: readonly ShaderPart[],
  constants: Readonly<Record<string, number>>,
  workgroups: number,
  [source, sink]: readonly [Bytes, Bytes],
  amount: number,
): PeakProbe {
  const wgsl = Object.entries(constants).map(([name, value]) => `const ${name} = ${value}u;\n`);
  const generated = { name: 'generated: constants', wgsl: wgsl.join('') };
  const plan: KernelPlan = {
    ...NO_PRODUCT,
    variant: `peak-${kind}`,
    passes: [
      {
        // The parts come first, for one may enable what the others use.
        shader: compose([...parts, generated, PEAK_BUFFERS_WGSL]),
        entryPoint: 'main',
        workgroupSize: WORKGROUP,
        dispatch: [workgroups, 1, 1],
        bindings: [
          { binding: 0, role: 'weights', access: 'read' },
          { binding: 1, role: 'output', access: 'read_write' },
        ],
      },
    ],
    buffers: { weights: source, output: sink },
    workgroupBytes: kind === 'workgroup' ? TILE : bytes(0),
  };
  return { kind, plan, amount };
}

/** A plan must name a product; a probe has none, so this says nothing. */
const PROBLEM: GemmProblem = {
  M: 1,
  N: 1,
  K: 1,
  format: {
    element: 'int8',
    group: 'K',
    scale: 'f32',
    zeroPoint: false,
    secondLevel: 'none',
    rule: 'amax',
    block: 1,
  },
  layout: 'interleaved',
  activation: 'f32',
  accumulator: 'f32',
  epilogue: 'none',
  output: 'f32',
};

const NO_PRODUCT: Omit<KernelPlan, 'variant' | 'passes' | 'buffers' | 'workgroupBytes'> = {
  kind: 'plan',
  problem: PROBLEM,
  tile: {},
  geometry: { paddedN: 1, paddedK: 32, bits: 8, NB: 1, groups: 1 },
  paddedM: 1,
  numerics: { terms: 0, decodeRoundings: 0, offset: 0, span: 0, halfTerms: 0, halfRoundings: 0 },
  traffic: bytes(0),
  work: flops(0),
  loaded: bytes(0),
  registers: 0,
  macsPerIteration: 0,
};
