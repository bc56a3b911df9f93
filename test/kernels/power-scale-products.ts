import type { Gpu } from '../../src/device/gpu.ts';
import { elementValues } from '../../src/formats/element.ts';
import { elementOf, formatName, groupCount, groupSize, type WeightFormat } from '../../src/formats/format.ts';
import { assembleQuantized, type QuantizedWeights, RowDecoder } from '../../src/formats/quantized.ts';
import type { GemmProblem } from '../../src/kernels/problem.ts';
import { type VariantId, VARIANTS } from '../../src/kernels/registry.ts';
import type { Tile } from '../../src/kernels/tile.ts';
import { uploadInputs } from '../../src/lab/operands.ts';
import { POISON_BITS } from '../../src/reference/poison.ts';
import { asTaken, QUICK_TILES } from '../support/variant-problem.ts';
import { weightFormat } from '../support/weight-format.ts';

/** A product with E8M0 scales from both ends of their range. */
export interface PowerScaleCase {
  readonly name: string;
  readonly id: VariantId;
  readonly problem: GemmProblem;
  readonly tile: Tile;
}

const SIZE = { M: 4, N: 36, K: 96 } as const;

/** One of each kind of element, with the kernels that put its scales to a use of their own. */
const FORMATS: readonly (readonly [format: WeightFormat, ids: readonly VariantId[]])[] = [
  [weightFormat({ element: 'e2m1', scale: 'e8m0' }), ['gemv', 'skinny', 'tiled', 'dp4a', 'gemv-dp4a']],
  [weightFormat({ element: 'int8-mx', scale: 'e8m0' }), ['gemv', 'dp4a', 'gemv-dp4a']],
  [weightFormat({ element: 'uint4', scale: 'e8m0', zeroPoint: true }), ['gemv', 'tiled', 'dp4a']],
  [weightFormat({ element: 'iq4-nl', scale: 'e8m0', group: 16 }), ['skinny', 'dp4a']],
];

/** Each of {@link FORMATS} in its kernels. */
export const POWER_SCALE_CASES: readonly PowerScaleCase[] = FORMATS.flatMap(([format, ids]) =>
  ids.map((id): PowerScaleCase => {
    const problem: GemmProblem = {
      ...SIZE,
      format,
      layout: 'interleaved',
      activation: 'f32',
      accumulator: 'f32',
      epilogue: 'none',
      output: 'f32',
    };
    return {
      name: `${id}, ${formatName(format)}`,
      id,
      problem: asTaken(id, problem),
      tile: QUICK_TILES[id] ?? {},
    };
  }),
);

/** Both ends of the codes of E8M0, 2⁻¹²⁷ and 2¹²⁷, with what is next to them, and 1. */
const SCALES = [0, 1, 127, 0, 254, 2, 253];

const FLOAT32_MAX = (2 - 2 ** -23) * 2 ** 127;
const LEAST_NORMAL = 2 ** -126;

const isNormal = (value: number): boolean =>
  Math.abs(value) >= LEAST_NORMAL && Math.abs(value) <= FLOAT32_MAX;

/** All codes in turn whose weights are finite; with one zero point for all. */
function weightsOf({ N, K, format }: GemmProblem): QuantizedWeights {
  const groups = groupCount(format, K);
  const zero = format.zeroPoint === true ? 3 : 0;
  const values = elementValues(elementOf(format));
  const scales = Uint32Array.from({ length: N * groups }, (_, i) => SCALES[i % SCALES.length]!);
  const codes = Uint8Array.from({ length: N * K }, (_, i) => {
    const scale =
      2 ** (scales[Math.floor(i / K) * groups + Math.floor((i % K) / groupSize(format, K))]! - 127);
    const finite = [...values.keys()].filter((code) => {
      const value = zero > 0 ? code - zero : values[code]!;
      return Number.isFinite(value) && Math.abs(value * scale) <= FLOAT32_MAX;
    });
    return finite[i % finite.length]!;
  });
  const zeros = zero > 0 ? new Uint8Array(N * groups).fill(zero) : undefined;
  return assembleQuantized(format, N, K, codes, { scales }, zeros);
}

/** The one activation of each row that is not zero: 127 times a power of two, which int8 has exactly. */
const HOT = [-17, -8, 0, 13].map((exponent) => 127 * 2 ** exponent);

const hotOf = (m: number): number => (m * 29 + 5) % SIZE.K;

/**
 * Runs a case and compares each output with weight · activation where both the weight and the product are normal f32, bit for bit; a
 * weight that is a subnormal may have become 0.
 *
 * @param change what is done to the WGSL first; it must do something.
 * @returns the first difference and how many there are; undefined where there is none.
 */
export async function powerScaleDifference(
  gpu: Gpu,
  { name, id, problem, tile }: PowerScaleCase,
  change: (wgsl: string) => string = (wgsl) => wgsl,
): Promise<string | undefined> {
  const plan = VARIANTS[id].plan(problem, tile, gpu.caps);
  if (plan.kind === 'rejected') return `${name}: ${plan.constraint}`;
  const { M, N, K, format } = problem;
  const weights = weightsOf(problem);
  const activations = new Float32Array(M * K);
  for (let m = 0; m < M; m++) activations[m * K + hotOf(m)] = HOT[m]!;
  const loaded = await gpu.load(plan, change(plan.passes[0]!.shader.code));
  try {
    uploadInputs(loaded, { M, activations, weights });
    await loaded.run(POISON_BITS);
    const output = await loaded.readOutput();
    const decoder = new RowDecoder(format, K);
    const row = new Float64Array(K);
    const wrong: string[] = [];
    let least = 0;
    for (let n = 0; n < N; n++) {
      decoder.decode(weights, n, row);
      for (let m = 0; m < M; m++) {
        const weight = row[hotOf(m)]!;
        const product = weight * HOT[m]!;
        if (!isNormal(weight) || !isNormal(product)) continue;
        if (Math.abs(weight) < 2 ** -119) least++;
        const got = output[m * N + n]!;
        if (got !== product) wrong.push(`at m = ${m}, n = ${n} ${got} for ${product}`);
      }
    }
    if (least === 0) return `${name}: no weight is as small as its smallest scales make them`;
    return wrong.length === 0 ? undefined : `${name}: ${wrong.length} differ, ${wrong[0]!}`;
  } finally {
    loaded.destroy();
  }
}

/** The difference of each case that has one. */
export async function powerScaleDifferences(
  gpu: Gpu,
  cases: readonly PowerScaleCase[],
  change?: (wgsl: string) => string,
): Promise<readonly string[]> {
  const found: string[] = [];
  for (const each of cases) {
    const differs = await powerScaleDifference(gpu, each, change);
    if (differs !== undefined) found.push(differs);
  }
  return found;
}

/** A kernel to which the least scale is 0. */
export const dropLeastScale = (wgsl: string): string => wgsl.replaceAll('0x1p-126f', '0.0f');

/** A kernel that multiplies by the least scale itself, which is right where subnormals are kept, and 0 where they are flushed. */
export const multiplyByLeastScale = (wgsl: string): string =>
  wgsl
    .replace('bitcast<f32>(code << 23u)', 'bitcast<f32>(max(code << 23u, 0x400000u))')
    .replaceAll('0x1p-126f', '0x1p-127f');
