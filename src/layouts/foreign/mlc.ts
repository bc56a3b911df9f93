import { elementOf, groupCount, type WeightFormat } from '../../formats/format.ts';
import { PRESETS } from '../../formats/presets.ts';
import { assembleQuantized, type QuantizedWeights } from '../../formats/quantized.ts';
import { expectRoom } from './foreign-format.ts';
import { expectFinite, expectMatrix, expectMultiple, expectSize } from './tensor-check.ts';

/** The tensors of a linear layer of MLC LLM's group quantization, layout NK. */
export interface MlcTensors {
  /** [N, groups · 4]: ⌊32 / bits⌋ codes along K in a word, low bits first; what is left of a word and of a group is 0. */
  readonly q_weight: Uint32Array<ArrayBuffer>;
  /** F16 [N, groups]. */
  readonly q_scale: Uint16Array<ArrayBuffer>;
}

/** `q4f16_1`: eight codes in a word, groups of 32. `q3f16_1`: ten codes in a word and 2 bits left, groups of 40. */
export type MlcPreset = 'q4f16_1' | 'q3f16_1';

/** Words of a group: 32 / 8 and 40 / 10. */
const GROUP_WORDS = 4;

/** Words of a row, and how codes lie in a word. */
function rowOf(
  format: WeightFormat,
  K: number,
): { words: number; groups: number; bits: number; per: number } {
  const { bits } = elementOf(format);
  expectMultiple('K', K, format.block, `${format.preset!} has blocks of ${format.block}`);
  const groups = groupCount(format, K);
  return { words: groups * GROUP_WORDS, groups, bits, per: Math.floor(32 / bits) };
}

/**
 * Reads a layer of MLC LLM. The bits that are left in a word of ten 3-bit codes are not looked at.
 *
 * @throws FormatError naming a tensor of another size.
 */
export function unpackMlc(
  preset: MlcPreset,
  { q_weight, q_scale }: MlcTensors,
  N: number,
  K: number,
): QuantizedWeights {
  expectMatrix(N, K);
  const { format } = PRESETS[preset]!;
  const { words, groups, bits, per } = rowOf(format, K);
  expectSize('q_weight', q_weight, [N, words]);
  expectSize('q_scale', q_scale, [N, groups]);
  const codes = new Uint8Array(N * K);
  const mask = 2 ** bits - 1;
  for (let n = 0; n < N; n++) {
    for (let k = 0; k < K; k++) {
      const word = q_weight[n * words + Math.floor(k / per)]!;
      codes[n * K + k] = (word >>> ((k % per) * bits)) & mask;
    }
  }
  const weights = assembleQuantized(format, N, K, codes, { scales: Uint32Array.from(q_scale) });
  expectFinite('q_scale', weights.scales);
  return weights;
}

/**
 * The inverse of {@link unpackMlc}.
 *
 * @throws FormatError if the weights are of neither preset, or K does not fill its blocks.
 */
export function packMlc(weights: QuantizedWeights): MlcTensors {
  const { format, N, K, codes, stored } = weights;
  const preset = format.element === 'int3-mlc' ? 'q3f16_1' : 'q4f16_1';
  const own = PRESETS[preset]!.format;
  expectRoom(format, {
    packing: 'MLC LLM',
    elements: [own.element],
    scales: [own.scale],
    groups: [own.group],
    zeroPoints: [own.zeroPoint],
    secondLevels: [own.secondLevel],
  });
  const { words, bits, per } = rowOf(own, K);
  const q_weight = new Uint32Array(N * words);
  for (let n = 0; n < N; n++) {
    for (let k = 0; k < K; k++) {
      q_weight[n * words + Math.floor(k / per)]! |= codes[n * K + k]! << ((k % per) * bits);
    }
  }
  return { q_weight, q_scale: Uint16Array.from(stored.scales) };
}
