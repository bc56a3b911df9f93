import type { CodeDisagreement } from './disagreement.ts';
import { lightChop } from './light-chop.ts';
import { signed, valueOfCode } from './small-float.ts';
import { SOURCES } from './sources.ts';

const BITSANDBYTES_FP4 = [0, 1 / 192, 2 / 3, 1, 1 / 3, 1 / 2, 1 / 6, 1 / 4];

const e2m1 = signed(3, (code) => valueOfCode(code, 1, 1));

/** What the sixteen codes of "FP4" mean. */
export const FP4_CODE: CodeDisagreement = {
  name: 'FP4 code',
  aliases: ['FP4', 'E2M1', 'FP4 decode', 'E2M1 decode', 'E2M1 code', 'fp4_e2m1', 'MXFP4', 'NVFP4'],
  question: 'Which value has this 4-bit code, before any scale?',
  example: '0x2',
  input: 'code',
  bits: 4,
  rules: [
    {
      projects: 'OCP MX, gfloat, ggml, Tilus, Marlin in GPTQModel',
      says: 'E2M1: bias 1, subnormals, no infinity and no NaN',
      source: `${SOURCES.ocp}; ${SOURCES.gfloat}`,
      apply: e2m1,
    },
    {
      projects: 'bitsandbytes',
      says: 'FP4: a table of twelfths with bit 3 as the sign',
      source: `${SOURCES.bitsandbytes} csrc/kernels.cu`,
      apply: signed(3, (code) => BITSANDBYTES_FP4[code]!),
    },
    {
      projects: 'BitBLAS',
      says: '"fp4_e2m1": three exponent bits and no mantissa, 2^(code − 7); code 0 is 0',
      source: `${SOURCES.bitblas} bitblas/quantization/quantization.py`,
      apply: (code) => (code % 8 === 0 ? 0 : signed(3, (magnitude) => 2 ** (magnitude - 7))(code)),
    },
    {
      projects: 'Tilus float4_e1m2, UFP4',
      says: 'E1M2: bias 0, which is half an integer with a sign',
      source: `${SOURCES.tilus} python/tilus/hidet/ir/dtypes/floats_subbyte.py; ${SOURCES.ufp4}`,
      apply: signed(3, (code) => valueOfCode(code, 2, 0)),
    },
    {
      projects: 'Pychop',
      says: "LightChop(2, 1) of E2M1's value: the highest exponent is reserved, so 4 and 6 become 0",
      source: `${SOURCES.pychop} pychop/np/lightchop.py`,
      apply: (code) => lightChop(e2m1(code), 2, 1, 'even'),
    },
  ],
};
