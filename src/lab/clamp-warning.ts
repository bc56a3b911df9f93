import { type ClampedScales, clampedScales } from '../formats/clamped-scales.ts';
import { formatRefusal, type WeightFormat } from '../formats/format.ts';
import type { QuantizedWeights } from '../formats/quantized.ts';
import { SCALE_TYPES } from '../formats/scale-type.ts';
import { optionsOf } from '../io/format-options.ts';

/** Clamped scales that cost less of the matrix are not worth a warning. */
const LEAST_LOST = 0.01;

/**
 * The warning that most of what quantization lost is owed to scales which their type cannot hold.
 *
 * @param values [N, K] the weights before quantization.
 * @param relRmse what all groups together lost.
 * @returns undefined where that is not so.
 */
export function clampWarning(
  values: Float32Array,
  weights: QuantizedWeights,
  relRmse: number,
): string | undefined {
  if (relRmse < LEAST_LOST) return undefined;
  const clamped = clampedScales(values, weights);
  if (!clamped || clamped.lost < Math.max(LEAST_LOST, relRmse / Math.SQRT2)) return undefined;
  const { end, groups, of } = clamped;
  const { format } = weights;
  return (
    `The weights are too ${end} for ${heldIn(format)}: ${groups === of ? `all ${of}` : `${groups} of ${of}`} scales were clamped, and the ` +
    `quantized matrix is off by ${percent(relRmse)} (relative RMS); ${wayOut(format, end)}.`
  );
}

/** In what the scales are stored, and how far that reaches. */
function heldIn({ scale, secondLevel }: WeightFormat): string {
  if (secondLevel === 'super') return 'scales that are multiples of an f16';
  const { decode, encode } = SCALE_TYPES[scale];
  const [least, most] = [Number.MIN_VALUE, Number.MAX_VALUE].map((value) => decode(encode(value)));
  return `${scale} scales (${short(least!)} to ${short(most!)})`;
}

/** What would fit: the same format with scales of a wider type, where there is one. */
function wayOut(format: WeightFormat, end: ClampedScales['end']): string {
  const { preset, ...parts } = format;
  const wider: WeightFormat = {
    ...parts,
    scale: 'f32',
    secondLevel: 'none',
    rule: parts.rule === 'ggml' ? 'amax' : parts.rule,
    block: 1,
  };
  const isWide = ['f32', 'bf16'].includes(parts.scale) || parts.secondLevel === 'tensor';
  if (isWide || formatRefusal(wider) !== undefined) {
    return `no type of scale reaches further: multiply the weights by a power of two that makes them ${end === 'large' ? 'smaller' : 'larger'}`;
  }
  return preset === undefined ? 'take --scale f32 or --scale bf16' : `take ${optionsOf(wider)}`;
}

const short = (value: number): string =>
  String(value >= 1 && value < 1e6 ? value : Number(value.toPrecision(2)));

const percent = (share: number): string => `${Number((100 * share).toPrecision(2))} %`;
