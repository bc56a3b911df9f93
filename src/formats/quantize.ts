import { invariant } from '../base/invariant.ts';
import { FormatError } from './element-names.ts';
import { formatName, storesZeroCodes, type WeightFormat } from './format.ts';
import { GGML_QUANTIZERS } from './ggml/quantizers.ts';
import { GroupEncoder } from './group-encoder.ts';
import { GroupRanges } from './group-ranges.ts';
import { chooseScales } from './group-scales.ts';
import { assembleQuantized, effectiveScales, type QuantizedWeights, type StoredScales } from './quantized.ts';
import { storeMins } from './scale-storage.ts';

/** Weights that no format here can hold. The message is for users. */
export class UnquantizableError extends Error {
  override readonly name = 'UnquantizableError';
}

/**
 * Quantizes a weight matrix group by group. A group's scale is rounded to its storage type first, second level included;
 * each code is then the nearest one for w / scale against that rounded scale, plus a stored zero point, clamped to the
 * element's range: no weight becomes infinite or NaN. What the rules ask of a scale, before it is stored:
 *
 * - `amax`: the weights just reach the element's ends ({@link idealScaler} says what spans what). A scale is stored as the
 *   nearest of its type; a power of two (E8M0) rounds up, as the nearest would cut off up to a third of the range.
 * - `ceil`: the same, and every type rounds up, the second level too; a minimum is still the nearest.
 * - `floor`: the power of two of OCP MX, for any type.
 * - `mean`: the mean magnitude, as BitNet has it for ternary weights; of the matrix where the scale type is `one`.
 * - `least-squares`: the least Σ (w − ŵ)² of many scales, refitted; then of the stored scales near it.
 * - `four-over-six`: of each group the better of reaching the element's end and two thirds of it (4 and 6 of E2M1).
 * - `ggml`: what ggml does for the preset of that name.
 *
 * A stored zero point is −min / scale, rounded and clamped to a code, where min and max include 0, so that 0 is always
 * exact. A minimum is such that the least weight gets the element's lowest value.
 *
 * A scale is zero (for a group whose grid needs none: its codes are those nearest to 0) or a normal number of its type: GPUs
 * may read a subnormal as zero, so a smaller one is raised to the smallest normal (E8M0 has 2⁻¹²⁷, for zero too); one too large is lowered to the largest
 * for which every code decodes to a finite f32, and the values beyond the grid clamp.
 *
 * @param values [N, K]
 * @throws UnquantizableError if a weight is NaN or infinite, naming it.
 * @throws FormatError if K is not a multiple of the format's block.
 */
export function quantize(values: Float32Array, N: number, K: number, format: WeightFormat): QuantizedWeights {
  invariant(
    values.length === N * K,
    `${String(values.length)} values for ${String(N)} × ${String(K)} weights`,
  );
  refuseBrokenBlocks(K, format);
  refuseNonFinite(values, K);
  if (format.rule === 'ggml') return quantizeAsGgml(values, N, K, format);
  const ranges = new GroupRanges(values, N, K, format);
  const encoder = new GroupEncoder(format);
  const { stored: chosen, mins } = chooseScales(values, N, K, format, encoder, ranges);
  const stored = withMins(values, format, N, K, encoder, ranges, chosen, mins);
  const effective = effectiveScales(format, N, K, stored);
  const codes = new Uint8Array(N * K);
  const zeros = storesZeroCodes(format) ? new Uint8Array(ranges.count) : undefined;
  const least = format.zeroPoint === 'minus-one' ? 1 : 0;
  for (let i = 0; i < ranges.count; i++) {
    const scale = effective.scales[i]!;
    const zero = encoder.zeroAt(scale, ranges.lowOf(i));
    if (zeros) zeros[i] = zero - least;
    const grid = { scale, zero, min: effective.mins?.[i] ?? 0 };
    encoder.encode(values, ranges.startOf(i), ranges.endOf(i), grid, codes);
  }
  return assembleQuantized(format, N, K, codes, stored, zeros);
}

function quantizeAsGgml(values: Float32Array, N: number, K: number, format: WeightFormat): QuantizedWeights {
  const quantizer = format.preset === undefined ? undefined : GGML_QUANTIZERS[format.preset];
  invariant(quantizer !== undefined, `${formatName(format)} has no quantizer of ggml`);
  return quantizer(values, N, K, format);
}

/** Adds the minima where the format has some: chosen against the scales as they are stored. */
function withMins(
  values: Float32Array,
  format: WeightFormat,
  N: number,
  K: number,
  encoder: GroupEncoder,
  ranges: GroupRanges,
  scales: StoredScales,
  fitted: Float64Array | undefined,
): StoredScales {
  if (format.zeroPoint !== 'min') return scales;
  const { scales: effective } = effectiveScales(format, N, K, scales);
  const ideals = Float64Array.from(effective, (scale, i) => {
    const grid = encoder.gridAt(scale, ranges.lowOf(i));
    if (!fitted) return grid.min;
    return encoder.refitMin(values, ranges.startOf(i), ranges.endOf(i), { ...grid, min: fitted[i]! }).min;
  });
  return { ...scales, ...storeMins(format, N, K, ideals) };
}

function refuseBrokenBlocks(K: number, format: WeightFormat): void {
  if (K % format.block === 0) return;
  throw new FormatError(
    `${formatName(format)} has blocks of ${String(format.block)} weights: K must be a multiple of it, and is ${String(K)}.`,
  );
}

function refuseNonFinite(values: Float32Array, K: number): void {
  const index = values.findIndex((value) => !Number.isFinite(value));
  if (index < 0) return;
  const [n, k] = [Math.floor(index / K), index % K];
  throw new UnquantizableError(
    `The weight at n = ${String(n)}, k = ${String(k)} is ${String(values[index])}: only finite weights can be quantized.`,
  );
}
