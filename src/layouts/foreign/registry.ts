/** How a project packs codes into bytes. */
export interface ForeignPacking {
  readonly id: string;
  /** Whose it is. */
  readonly project: string;
  /** One sentence for users. */
  readonly summary: string;
  /** Names of the presets that are packed so; none for a packing of parts. */
  readonly presets: readonly string[];
}

const GPTQ_BITS = [2, 3, 4, 8];

/** Every packing of another project that can be read and written, in the order shown to users. */
export const FOREIGN_PACKINGS: readonly ForeignPacking[] = [
  {
    id: 'lsb-stream',
    project: 'Tilus and others',
    summary: 'One code after the other from the low bit of the first byte up, over the ends of bytes.',
    presets: [],
  },
  {
    id: 'msb-stream',
    project: 'QuantLLM (FP6-LLM)',
    summary: 'One code after the other from the top bit of the first byte down, row by row; f16 scale a row.',
    presets: ['quantllm-fp6', 'quantllm-fp5'],
  },
  {
    id: 'quantllm-prepack',
    project: 'QuantLLM (FP6-LLM)',
    summary:
      'Codes split into planes of 2 + 4 or 1 + 4 bits, each in the order of the lanes of a 64 × 16 tile, interleaved in words.',
    presets: ['quantllm-fp6', 'quantllm-fp5'],
  },
  {
    id: 'gptq',
    project: 'GPTQ',
    summary:
      'Each column an LSB-first stream along K in words [K · bits / 32, N]; zero points along N; act-order permutes K.',
    presets: GPTQ_BITS.flatMap((bits) => [`gptq${bits}`, `gptq${bits}-v2`]),
  },
  {
    id: 'awq',
    project: 'AWQ (GEMM)',
    summary:
      'Eight neighbouring columns in a word, nibbles in the order 0 2 4 6 1 3 5 7; zero points likewise.',
    presets: ['awq'],
  },
  {
    id: 'marlin',
    project: 'Marlin',
    summary:
      'Words in the order in which the lanes of m16n8k16 load four 16 × 16 tiles, nibbles 0 2 4 6 1 3 5 7; scales permuted.',
    presets: [],
  },
  {
    id: 'ort',
    project: 'ONNX Runtime (MatMulNBits)',
    summary:
      'Bytes [N, blocks, block · bits / 8], low bits first; packed zero points a row, or 2^(bits − 1).',
    presets: ['ort2', 'ort4', 'ort8'],
  },
  {
    id: 'mlc',
    project: 'MLC LLM',
    summary:
      'As many whole codes along K as a 32-bit word has room for, low bits first: 8 of 4 bits, 10 of 3.',
    presets: ['q4f16_1', 'q3f16_1'],
  },
  {
    id: 'bitsandbytes',
    project: 'bitsandbytes',
    summary:
      'Two codes a byte, the first in the high nibble, an absmax for each 64; it may be quantized once more, in 256s.',
    presets: ['bnb-nf4', 'bnb-nf4-dq', 'bnb-fp4', 'bnb-fp4-dq'],
  },
  {
    id: 'i2_s',
    project: 'BitNet (bitnet.cpp, x86)',
    summary:
      'Blocks of 128 trits in 32 bytes, a byte holding four that are 32 apart, the first on top; one f32 scale.',
    presets: ['i2_s'],
  },
  {
    id: 'tq1-trits',
    project: 'ggml (TQ1_0)',
    summary:
      'Five trits a byte as the fraction ⌈256 · d / 243⌉ / 256, from which multiplying by 3 shifts digits out.',
    presets: ['tq1_0'],
  },
  {
    id: 'base3-trits',
    project: 'ONNX Runtime (BitLinear)',
    summary: 'Five trits a byte as their number in base 3, 0 to 242.',
    presets: [],
  },
];
