import type { WeightFormat } from './format.ts';

type Choices = Omit<WeightFormat, 'preset' | 'block' | 'zeroPoint' | 'secondLevel' | 'rule'> &
  Partial<Pick<WeightFormat, 'block' | 'zeroPoint' | 'secondLevel' | 'rule'>>;

/** A format that others have named, and where its definition is. */
export interface Preset {
  readonly format: WeightFormat;
  /** One line for users: whose it is, and its blocks. */
  readonly about: string;
}

const preset = (name: string, about: string, choices: Choices): [string, Preset] => [
  name,
  {
    about,
    format: { preset: name, block: 1, zeroPoint: false, secondLevel: 'none', rule: 'amax', ...choices },
  },
];

/** Block formats of ggml: K is a multiple of the block, and ggml's own rule chooses the scales. */
const ggml = (name: string, block: number, choices: Choices): [string, Preset] =>
  preset(name, `ggml, blocks of ${String(block)}`, { block, rule: 'ggml', ...choices });

const MX = (element: string): Choices => ({ element, group: 32, scale: 'e8m0', block: 32, rule: 'floor' });
const superBlock = { secondLevel: 'super' } as const;
const min = { zeroPoint: 'min' } as const;
const gptq = (bits: number): [string, Preset][] => [
  preset(`gptq${String(bits)}`, 'GPTQ v1: stored zero points are one less; act-order permutes K', {
    element: `uint${String(bits)}`,
    group: 128,
    scale: 'f16',
    zeroPoint: 'minus-one',
  }),
  preset(`gptq${String(bits)}-v2`, 'GPTQ v2: zero points as they are; act-order permutes K', {
    element: `uint${String(bits)}`,
    group: 128,
    scale: 'f16',
    zeroPoint: true,
  }),
];
const ort = (bits: number): [string, Preset] =>
  preset(`ort${String(bits)}`, 'ONNX Runtime MatMulNBits, blocks of 32', {
    element: `uint${String(bits)}`,
    group: 32,
    scale: 'f16',
    zeroPoint: true,
  });
const bnb = (name: string, element: string): [string, Preset][] => [
  preset(name, 'bitsandbytes, f32 absmax for each 64', { element, group: 64, scale: 'f32' }),
  preset(`${name}-dq`, 'bitsandbytes with double quantization of the absmax', {
    element,
    group: 64,
    scale: 'dynamic8',
    secondLevel: 'double',
  }),
];

/** Every preset by its name, in the order shown to users. */
export const PRESETS: Readonly<Record<string, Preset>> = Object.fromEntries([
  preset('mxfp4', 'OCP MX: E2M1, E8M0 for each 32', MX('e2m1')),
  preset('mxfp6-e2m3', 'OCP MX: E2M3, E8M0 for each 32', MX('e2m3')),
  preset('mxfp6-e3m2', 'OCP MX: E3M2, E8M0 for each 32', MX('e3m2')),
  preset('mxfp8-e4m3', 'OCP MX: E4M3, E8M0 for each 32', MX('e4m3')),
  preset('mxfp8-e5m2', 'OCP MX: E5M2, E8M0 for each 32', MX('e5m2')),
  preset('mxint8', 'OCP MX: INT8 in 64ths, E8M0 for each 32', MX('int8-mx')),
  preset('nvfp4', 'NVIDIA: E2M1, UE4M3 for each 16, f32 for the matrix', {
    element: 'e2m1',
    group: 16,
    scale: 'ue4m3',
    secondLevel: 'tensor',
    block: 16,
  }),
  preset('nvfp4-4over6', 'NVFP4 with the better of amax → 6 and amax → 4 for each block', {
    element: 'e2m1',
    group: 16,
    scale: 'ue4m3',
    secondLevel: 'tensor',
    block: 16,
    rule: 'four-over-six',
  }),
  ggml('q4_0', 32, { element: 'int4', group: 32, scale: 'f16' }),
  ggml('q4_1', 32, { element: 'uint4', group: 32, scale: 'f16', ...min }),
  ggml('q5_0', 32, { element: 'int5', group: 32, scale: 'f16' }),
  ggml('q5_1', 32, { element: 'uint5', group: 32, scale: 'f16', ...min }),
  ggml('q8_0', 32, { element: 'int8', group: 32, scale: 'f16' }),
  ggml('q2_k', 256, { element: 'uint2', group: 16, scale: 'u4', ...min, ...superBlock }),
  ggml('q3_k', 256, { element: 'int3', group: 16, scale: 'i6', ...superBlock }),
  ggml('q4_k', 256, { element: 'uint4', group: 32, scale: 'u6', ...min, ...superBlock }),
  ggml('q5_k', 256, { element: 'uint5', group: 32, scale: 'u6', ...min, ...superBlock }),
  ggml('q6_k', 256, { element: 'int6', group: 16, scale: 'i8', ...superBlock }),
  ggml('iq4_nl', 32, { element: 'iq4-nl', group: 32, scale: 'f16' }),
  ggml('iq4_xs', 256, { element: 'iq4-nl', group: 32, scale: 'i6', ...superBlock }),
  ggml('mxfp4-ggml', 32, { element: 'e2m1', group: 32, scale: 'e8m0' }),
  ggml('nvfp4-ggml', 64, { element: 'e2m1', group: 16, scale: 'ue4m3' }),
  ggml('tq1_0', 256, { element: 'ternary', group: 256, scale: 'f16' }),
  ggml('tq2_0', 256, { element: 'ternary', group: 256, scale: 'f16' }),
  ggml('q1_0', 128, { element: 'bipolar1', group: 128, scale: 'f16' }),
  ggml('q2_0', 64, { element: 'int2-ggml', group: 64, scale: 'f16' }),
  ...[2, 3, 4, 8].flatMap(gptq),
  preset('awq', 'AWQ (GEMM): stored zero points, packed along N', {
    element: 'uint4',
    group: 128,
    scale: 'f16',
    zeroPoint: true,
  }),
  ...[2, 4, 8].map(ort),
  preset('q4f16_1', 'MLC LLM: 4 bits, −7 … 7', { element: 'int4-mlc', group: 32, scale: 'f16', block: 32 }),
  preset('q3f16_1', 'MLC LLM: 3 bits, −3 … 3, groups of 40', {
    element: 'int3-mlc',
    group: 40,
    scale: 'f16',
  }),
  ...bnb('bnb-nf4', 'nf4'),
  ...bnb('bnb-fp4', 'fp4-bnb'),
  preset('quantllm-fp6', 'QuantLLM: E3M2, f16 scale a row', { element: 'e3m2', group: 'K', scale: 'f16' }),
  preset('quantllm-fp5', 'QuantLLM: E2M2, f16 scale a row', { element: 'e2m2', group: 'K', scale: 'f16' }),
  preset('i2_s', 'BitNet I2_S: ternary, one f32 scale for the matrix', {
    element: 'ternary',
    group: 'K',
    scale: 'one',
    secondLevel: 'tensor',
    rule: 'mean',
    block: 128,
  }),
]);

/** The names of {@link PRESETS}. */
export const PRESET_NAMES = Object.keys(PRESETS) as [string, ...string[]];

/** Whether a format's name is a preset's. */
export const isPreset = (name: string): boolean => Object.hasOwn(PRESETS, name);
