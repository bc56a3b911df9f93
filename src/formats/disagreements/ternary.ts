import type { BlockDisagreement } from './disagreement.ts';
import { hexBytes } from './hex-bytes.ts';
import { SOURCES } from './sources.ts';

const refuseTernary =
  (count: number) =>
  (values: readonly number[]): string | undefined => {
    const other = values.find((value) => ![-1, 0, 1].includes(value));
    if (other !== undefined) return `${String(other)} is not ternary: -1, 0 or 1.`;
    return values.length === count
      ? undefined
      : `This takes ${String(count)} values, not ${String(values.length)}.`;
  };

/** Digits 0, 1, 2 for −1, 0, 1 as a number in base 3, the first one the most significant. */
const inBase3 = (values: readonly number[]): number =>
  values.reduce((number, value) => 3 * number + value + 1, 0);

/** Five values as five digits of base 3 in one byte. */
export const TERNARY_BASE_3: BlockDisagreement = {
  name: 'Ternary, base 3',
  aliases: ['ternary', 'TQ1_0', 'base 3', 'trits'],
  question: 'Which byte holds these five ternary values?',
  example: '1,0,-1,1,0',
  input: 'block',
  refuses: refuseTernary(5),
  rules: [
    {
      projects: 'ggml TQ1_0',
      says: 'ceil(d · 256 / 243), d in base 3 with the first digit highest: a fraction, read by multiplying by 3',
      source: `${SOURCES.ggml} src/ggml-quants.c`,
      apply: (values) => hexBytes([Math.ceil((inBase3(values) * 256) / 243)]),
    },
    {
      projects: 'ONNX Runtime BitLinear (unreleased)',
      says: 'd itself, 0 … 242, read by a table of its first four digits and a remainder',
      source: `${SOURCES.onnxRuntime} onnxruntime/contrib_ops/webgpu/quantization/bitlinear_dequantize_lut.wgsl.template`,
      apply: (values) => hexBytes([inBase3(values)]),
    },
  ],
};

/** Four values as four codes of two bits in one byte. */
export const TERNARY_2_BIT: BlockDisagreement = {
  name: 'Ternary, 2-bit',
  aliases: ['ternary', 'TQ2_0', 'I2_S', 'trits'],
  question: 'Which byte holds these four ternary values, which are 32 apart in their block?',
  example: '1,0,-1,1',
  input: 'block',
  refuses: refuseTernary(4),
  rules: [
    {
      projects: 'BitNet I2_S (x86)',
      says: 'codes 0, 1, 2; group g at the bits 6 − 2g: the first is highest',
      source: `${SOURCES.bitnet} (I2_S)`,
      apply: (values) => hexBytes([values.reduce((byte, value) => 4 * byte + value + 1, 0)]),
    },
    {
      projects: 'ggml TQ2_0',
      says: 'codes 0, 1, 2; group g at the bits 2g: the first is lowest',
      source: `${SOURCES.ggml} src/ggml-quants.c`,
      apply: (values) => hexBytes([values.reduceRight((byte, value) => 4 * byte + value + 1, 0)]),
    },
  ],
};
