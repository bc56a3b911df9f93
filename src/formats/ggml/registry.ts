import { PRESETS } from '../presets.ts';
import { blockCodec, type BlockField, type GgmlCodec } from './block-codec.ts';
import { bitPlanes, signedBytes, trits, withoutThrees } from './code-fields.ts';
import { e8m0Scale, float16Parent, float16Scale, ue4m3Scales } from './scale-fields.ts';
import { nibblePairs, signedScales, sixBitPairs, sixBitScales, splitScales } from './sub-scale-fields.ts';

const codec = (preset: string, blockBytes: number, ...fields: readonly BlockField[]): GgmlCodec =>
  blockCodec(PRESETS[preset]!.format, blockBytes, fields);

/** The nibbles of 32 weights: the first 16 low, the others high. */
const nibbles = (at: number): BlockField => bitPlanes(32, { at, width: 4, stride: 16 });

/**
 * Every ggml type that is decoded, by its name in lower case, with the places of a block's fields (ggml, `ggml-common.h`
 * and the `dequantize_row_…` functions of `ggml-quants.c`). Packing what was unpacked gives the same bytes, but for
 * NVFP4's scale 0x7F, which becomes the other zero, 0, and TQ1_0's bytes that ggml never writes (see {@link trits}).
 */
export const GGML_CODECS: Readonly<Record<string, GgmlCodec>> = {
  q4_0: codec('q4_0', 18, float16Scale(0), nibbles(2)),
  q4_1: codec('q4_1', 20, float16Scale(0), float16Scale(2, 'mins'), nibbles(4)),
  q5_0: codec(
    'q5_0',
    22,
    float16Scale(0),
    bitPlanes(32, { at: 6, width: 4, stride: 16 }, { at: 2, width: 1, stride: 1, place: 4 }),
  ),
  q5_1: codec(
    'q5_1',
    24,
    float16Scale(0),
    float16Scale(2, 'mins'),
    bitPlanes(32, { at: 8, width: 4, stride: 16 }, { at: 4, width: 1, stride: 1, place: 4 }),
  ),
  q8_0: codec('q8_0', 34, float16Scale(0), signedBytes(32, 2)),
  q2_k: codec(
    'q2_k',
    84,
    nibblePairs(0),
    bitPlanes(256, { at: 16, width: 2, stride: 32 }),
    float16Parent(80),
    float16Parent(82, 'parentMins'),
  ),
  q3_k: codec(
    'q3_k',
    110,
    bitPlanes(256, { at: 32, width: 2, stride: 32 }, { at: 0, width: 1, stride: 32, place: 2 }),
    sixBitScales(96),
    float16Parent(108),
  ),
  q4_k: codec(
    'q4_k',
    144,
    float16Parent(0),
    float16Parent(2, 'parentMins'),
    sixBitPairs(4),
    bitPlanes(256, { at: 16, width: 4, stride: 32 }),
  ),
  q5_k: codec(
    'q5_k',
    176,
    float16Parent(0),
    float16Parent(2, 'parentMins'),
    sixBitPairs(4),
    bitPlanes(256, { at: 48, width: 4, stride: 32 }, { at: 16, width: 1, stride: 32, place: 4 }),
  ),
  q6_k: codec(
    'q6_k',
    210,
    bitPlanes(256, { at: 0, width: 4, stride: 64 }, { at: 128, width: 2, stride: 32, place: 4 }),
    signedScales(192),
    float16Parent(208),
  ),
  iq4_nl: codec('iq4_nl', 18, float16Scale(0), nibbles(2)),
  iq4_xs: codec(
    'iq4_xs',
    136,
    float16Parent(0),
    splitScales(2, 4),
    bitPlanes(256, { at: 8, width: 4, stride: 16 }),
  ),
  mxfp4: codec('mxfp4-ggml', 17, e8m0Scale(0), nibbles(1)),
  nvfp4: codec('nvfp4-ggml', 36, ue4m3Scales(0, 4), bitPlanes(64, { at: 4, width: 4, stride: 8 })),
  tq1_0: codec(
    'tq1_0',
    54,
    trits(
      256,
      { at: 0, stride: 32, digits: 5 },
      { at: 32, stride: 16, digits: 5 },
      { at: 48, stride: 4, digits: 4 },
    ),
    float16Scale(52),
  ),
  tq2_0: codec(
    'tq2_0',
    66,
    withoutThrees(bitPlanes(256, { at: 0, width: 2, stride: 32 }), 0, 64),
    float16Scale(64),
  ),
  q1_0: codec('q1_0', 18, float16Scale(0), bitPlanes(128, { at: 2, width: 1, stride: 1 })),
  q2_0: codec('q2_0', 18, float16Scale(0), bitPlanes(64, { at: 2, width: 2, stride: 1 })),
};
