import type { CodeDisagreement, RealDisagreement } from './disagreement.ts';
import { ggmlUe4m3 } from './ggml-ue4m3.ts';
import { E4M3, roundSaturating, roundToGrid, valueOfCode } from './small-float.ts';
import { SOURCES } from './sources.ts';

const NAN_CODE = 0x7f;

const ggmlValue = (code: number): number => (code === NAN_CODE ? 0 : valueOfCode(code, 3, 7));

/** What the scale codes of NVFP4 mean. */
export const UE4M3_CODE: CodeDisagreement = {
  name: 'UE4M3 code',
  aliases: ['UE4M3', 'UE4M3 decode', 'UE4M3 0x7F', 'NVFP4 scale'],
  question: 'Which scale has this UE4M3 code?',
  example: '0x7F',
  input: 'code',
  bits: 7,
  rules: [
    {
      projects: 'OCP bits, gfloat',
      says: 'E4M3 without sign: 0x7F is NaN',
      source: `${SOURCES.ocp}; ${SOURCES.gfloat}`,
      apply: (code) => (code === NAN_CODE ? NaN : valueOfCode(code, 3, 7)),
    },
    {
      projects: 'ggml',
      says: '0x7F is 0: the scale of E2M1 values 0 … 6',
      source: `${SOURCES.ggml} src/ggml-impl.h ggml_ue4m3_to_fp32, times 2`,
      apply: ggmlValue,
    },
    {
      projects: "ggml's function",
      says: 'half the value, for its table holds E2M1 doubled, 0 … 12',
      source: `${SOURCES.ggml} src/ggml-impl.h ggml_ue4m3_to_fp32`,
      apply: (code) => ggmlValue(code) / 2,
    },
  ],
};

/** Which UE4M3 scale a number is rounded to. */
export const UE4M3_ENCODE: RealDisagreement = {
  name: 'UE4M3 encode',
  aliases: ['UE4M3', 'NVFP4 scale'],
  question: 'Which UE4M3 scale is this number, not negative, rounded to?',
  example: '288',
  input: 'real',
  rules: [
    {
      projects: 'OCP E4M3 (saturating), gfloat, fouroversix',
      says: 'to the nearest, ties to even; beyond 448 it is 448',
      source: `${SOURCES.ocp}; ${SOURCES.gfloat}`,
      apply: (value) => roundSaturating(Math.max(value, 0), E4M3, 'even'),
    },
    {
      projects: 'OCP E4M3 (not saturating)',
      says: 'to the nearest, ties to even; what rounds beyond 448 is NaN',
      source: `${SOURCES.ocp}; ${SOURCES.gfloat}`,
      apply: (value) => {
        const rounded = value === Infinity ? NaN : roundToGrid(Math.max(value, 0), E4M3, 'even');
        return rounded > E4M3.max ? NaN : rounded;
      },
    },
    {
      projects: 'ggml',
      says: 'half up; 248 and more are 448; subnormals end at 7 · 2^-9',
      source: `${SOURCES.ggml} src/ggml-impl.h ggml_fp32_to_ue4m3`,
      apply: ggmlUe4m3,
    },
  ],
};
