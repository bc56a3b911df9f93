import { ceilDiv } from '../base/integers.ts';
import { bytes, flops } from '../base/units.ts';
import { zeroCode } from '../formats/element.ts';
import { elementOf, scaleBits, zeroBits } from '../formats/format.ts';
import { CHUNK, type Geometry } from '../layouts/layout.ts';
import { compose, type ShaderPart } from './compose.ts';
import { codesPerGroup } from './geometry.ts';
import type { Binding, BufferRole, KernelPlan, PlanNumerics } from './plan.ts';
import { prelude, type PreludeValue } from './prelude.ts';
import type { GemmProblem } from './problem.ts';
import type { Tile } from './tile.ts';
import { ACTIVATION_WGSL, LAYOUT_WGSL, PROBLEM_WGSL, SCALE_WGSL, STORE_WGSL, ZERO_WGSL } from './wgsl.ts';
import { type Columns, gatherWords, wordsType } from './words.ts';

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
  const { geometry } = design;
  const sizes = bufferSizes(problem, design);
  const stored = problem.format.zeroPoint;
  const constants: Record<string, PreludeValue> = {
    N: problem.N,
    PADDED_K: geometry.paddedK,
    CHUNKS: geometry.paddedK / CHUNK,
    NB: geometry.NB,
    BITS: geometry.bits,
    GROUP: codesPerGroup(problem, geometry),
    GROUPS: geometry.groups,
    GROUP_STRIDE: problem.layout === 'interleaved' ? 1 : geometry.groups,
    ...(stored
      ? { ZERO_BITS: zeroBits(problem.format), ZERO_WORDS: sizes.zeros! / 4 }
      : { ZERO: { f32: zeroCode(elementOf(problem.format)) } }),
    COLUMNS: design.columns,
    Words: { alias: wordsType(design.columns) },
    WEIGHT_WORDS: sizes.weights / 4,
    SCALE_WORDS: sizes.scales / 4,
    ...design.constants,
  };
  const shader = compose([
    prelude(constants),
    PROBLEM_WGSL,
    ACTIVATION_WGSL[problem.activation],
    LAYOUT_WGSL[problem.layout],
    ...gatherWords(problem.layout, design.columns),
    SCALE_WGSL[problem.format.scale],
    stored ? ZERO_WGSL.stored : ZERO_WGSL.fixed,
    design.stores4 && problem.N % 4 === 0 ? STORE_WGSL.vector : STORE_WGSL.scalar,
    ...design.parts,
  ]);
  const { variant, tile, paddedM, workgroupSize, dispatch, macsPerIteration, numerics } = design;
  return {
    kind: 'plan',
    variant,
    problem,
    tile,
    passes: [{ shader, entryPoint: 'main', workgroupSize, dispatch, bindings: bindings(stored) }],
    buffers: sizes,
    geometry,
    paddedM,
    numerics,
    traffic: bytes(
      sizes.activations + sizes.weights + sizes.scales + (sizes.zeros ?? 0) + problem.M * problem.N * 4,
    ),
    work: flops(2 * problem.M * problem.N * problem.K),
    workgroupBytes: bytes(design.workgroupBytes),
    macsPerIteration,
  };
}

type Sizes = Readonly<Record<Exclude<BufferRole, 'zeros'>, KernelPlan['traffic']>> & {
  readonly zeros?: KernelPlan['traffic'];
};

function bufferSizes(problem: GemmProblem, { geometry, paddedM }: Design): Sizes {
  const { paddedN, paddedK, bits, groups } = geometry;
  const words = (bitCount: number): KernelPlan['traffic'] => bytes(4 * ceilDiv(bitCount, 32));
  return {
    uniforms: bytes(16),
    activations: bytes(paddedM * paddedK * (problem.activation === 'f16' ? 2 : 4)),
    weights: words(paddedN * paddedK * bits),
    scales: words(paddedN * groups * scaleBits(problem.format.scale)),
    ...(problem.format.zeroPoint ? { zeros: words(paddedN * groups * zeroBits(problem.format)) } : {}),
    output: bytes(4 * problem.M * problem.N),
  };
}

function bindings(storedZeros: boolean): readonly Binding[] {
  const all: readonly Binding[] = [
    { binding: 0, role: 'uniforms', access: 'uniform' },
    { binding: 1, role: 'activations', access: 'read' },
    { binding: 2, role: 'weights', access: 'read' },
    { binding: 3, role: 'scales', access: 'read' },
    { binding: 4, role: 'zeros', access: 'read' },
    { binding: 5, role: 'output', access: 'read_write' },
  ];
  return storedZeros ? all : all.filter(({ role }) => role !== 'zeros');
}

/** Roundings of one decoded weight: an f16 scale times a code difference of at most 9 bits is exact in f32. */
export const decodeRoundings = (problem: GemmProblem): number => (problem.format.scale === 'f16' ? 0 : 1);
