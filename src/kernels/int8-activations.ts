import { range } from '../base/integers.ts';
import { bytes } from '../base/units.ts';
import { elementOf } from '../formats/format.ts';
import { CHUNK, piecesOf, RUN } from '../layouts/layout.ts';
import { parseLayout } from '../layouts/registry.ts';
import type { DesignPass } from './assemble.ts';
import type { ShaderPart } from './compose.ts';
import { codesPerScale } from './decode.ts';
import type { KernelPlan } from './plan.ts';
import type { GemmProblem } from './problem.ts';
import { KERNEL_WGSL } from './wgsl.ts';

/**
 * Activations of one row, along K, that share a scale once a pass has quantized them to int8.
 *
 * The pass `quantize_activations` leaves two buffers. `quantized` is u32 [paddedM][paddedK / 4], four codes a word, two's
 * complement, −127 … 127: byte `p` of a block (counted from its first word's low byte) is the activation of k =
 * {@link activationOrder}[p] of the block. `blocks` is vec2<u32> [paddedM][paddedK / 32]: the bit pattern of the f32 scale,
 * and that of the i32 sum of the codes. An activation is code · scale.
 *
 * A scale is the block's largest magnitude / 127, rounded up to 12 significant bits, so that its products with a code (7
 * bits) and with the sum (at most 32 · 127, 12 bits) are exact in f32. It is no smaller than 2⁻¹⁰⁰, which blocks of zeros
 * have, so that neither it nor its inverse is subnormal or infinite.
 */
export const ACT_BLOCK = 32;

const NATURAL: readonly number[] = range(ACT_BLOCK);

/**
 * The k within a block, 0 … 31, of each byte of the block's quantized activations, 0 … 31: a permutation. It is the order
 * in which masks take the weights' codes out of their words, where no dot product of four then has codes of two scales;
 * else 0, 1, 2, ….
 */
export function activationOrder(problem: GemmProblem): readonly number[] {
  return maskedOrder(problem) ?? NATURAL;
}

/**
 * The k of each byte of a chunk whose codes are taken from words by masks: byte b of part j of word i, where part j is
 * `(word >> (bits · j)) & mask`, is byte 4 · (i · 8 / bits + j) + b of the chunk.
 *
 * @returns undefined where codes do not lie within bytes, or where a word would get codes of two scales.
 */
export function maskedOrder(problem: GemmProblem): readonly number[] | undefined {
  const { placement, order } = parseLayout(problem.layout);
  const { bits } = elementOf(problem.format);
  if (placement.kind !== 'chunks' || order.planes !== undefined || 8 % bits !== 0) return undefined;
  const parts = 8 / bits;
  const places = new Array<number>(ACT_BLOCK);
  for (const k of NATURAL) {
    const [piece] = piecesOf(order, bits, k % RUN);
    const bit = Math.floor(k / RUN) * RUN * bits + piece!.windowBit;
    const part = Math.floor((bit % 8) / bits);
    places[4 * ((bit >> 5) * parts + part) + ((bit & 31) >> 3)] = k;
  }
  const span = codesPerScale(problem, CHUNK);
  const keepsSpans = places.every((k, p) => Math.floor(k / span) === Math.floor(p / span));
  return keepsSpans ? places : undefined;
}

/** What the quantizing pass writes, for `paddedM` rows of `paddedK` activations. */
export const quantizedBuffers = (paddedM: number, paddedK: number): KernelPlan['buffers'] => ({
  quantized: bytes(paddedM * paddedK),
  blocks: bytes(8 * paddedM * (paddedK / ACT_BLOCK)),
});

/** Bytes of quantized activations, scales and sums included, for each byte of the f32 activations. */
export const QUANTIZED_SHARE = (ACT_BLOCK + 8) / (4 * ACT_BLOCK);

const WORKGROUP = 64;

/** The pass that quantizes all activations, a block an invocation. */
export const quantizePass = (paddedM: number, paddedK: number): DesignPass => ({
  entryPoint: 'quantize_activations',
  workgroupSize: WORKGROUP,
  dispatch: [Math.ceil((paddedM * (paddedK / ACT_BLOCK)) / WORKGROUP), 1, 1],
  reads: ['activations'],
  writes: ['quantized', 'blocks'],
});

/** Constants of `shaders/kernels/quantize-activations.wgsl`. */
export const quantizeConstants = (paddedM: number): Readonly<Record<string, number>> => ({
  PADDED_M: paddedM,
  QUANTIZE_WORKGROUP: WORKGROUP,
});

/** The quantizing pass as parts of a shader. */
export function quantizeParts(problem: GemmProblem): readonly ShaderPart[] {
  const order = activationOrder(problem);
  const value = (k: number): string => `values[${k >> 2}].${'xyzw'[k % 4]!}`;
  const quads = range(ACT_BLOCK / 4).map(
    (i) =>
      `    vec4<f32>(${order
        .slice(4 * i, 4 * i + 4)
        .map(value)
        .join(', ')}),`,
  );
  const wgsl = `// The activations of a block, given in order along K, in the order of the bytes that the dot products take.
fn in_order(values : array<vec4<f32>, ${ACT_BLOCK / 4}>) -> array<vec4<f32>, ${ACT_BLOCK / 4}> {
  return array<vec4<f32>, ${ACT_BLOCK / 4}>(
${quads.join('\n')}
  );
}
`;
  return [KERNEL_WGSL.quantizeActivations, { name: 'generated: in_order', wgsl }];
}
