import type { WeightFormat } from '../format.ts';
import { PRESETS } from '../presets.ts';
import type { QuantizedWeights } from '../quantized.ts';
import { allocateBlocks, assembleBlocks } from './blocks.ts';
import { affineGroupQuantizer, type BlockQuantizer, groupQuantizer } from './quantize-groups.ts';
import { superMinQuantizer } from './quantize-super-min.ts';
import { superQuantizer } from './quantize-super.ts';

/**
 * Quantizes a matrix so that the squared error is about as small as the format allows; no importance of weights is known.
 *
 * @param values [N, K], each finite.
 * @throws FormatError if K is no multiple of the format's block.
 */
export type GgmlQuantizer = (
  values: Float32Array,
  N: number,
  K: number,
  format: WeightFormat,
) => QuantizedWeights;

const quantizeBlocks: GgmlQuantizer = (values, N, K, format) => {
  const blocks = allocateBlocks(format, N, K);
  const quantizeBlock = blockQuantizer(format);
  for (let b = 0; b * blocks.size < N * K; b++) quantizeBlock(values, blocks, b);
  return assembleBlocks(blocks, N, K);
};

function blockQuantizer(format: WeightFormat): BlockQuantizer {
  const hasMin = format.zeroPoint === 'min';
  if (format.secondLevel === 'super') return hasMin ? superMinQuantizer(format) : superQuantizer(format);
  return hasMin ? affineGroupQuantizer(format) : groupQuantizer(format);
}

/** The quantizer of every preset of ggml, by the preset's name. */
export const GGML_QUANTIZERS: Readonly<Record<string, GgmlQuantizer>> = Object.fromEntries(
  Object.entries(PRESETS)
    .filter(([, { format }]) => format.rule === 'ggml')
    .map(([name]) => [name, quantizeBlocks]),
);
