import type { CodeDisagreement } from './disagreement.ts';
import { SOURCES } from './sources.ts';

/** What the scale codes of the MX formats mean at both ends. */
export const E8M0_CODE: CodeDisagreement = {
  name: 'E8M0 code',
  aliases: ['E8M0', 'E8M0 decode', 'E8M0 0xFF', 'MX scale code'],
  question: 'Which scale has this E8M0 code?',
  example: '0xFF',
  input: 'code',
  bits: 8,
  rules: [
    {
      projects: 'OCP MX, gfloat',
      says: '2^(code − 127); 0xFF is NaN',
      source: `${SOURCES.ocp}; ${SOURCES.gfloat}`,
      apply: (code) => (code === 0xff ? NaN : 2 ** (code - 127)),
    },
    {
      projects: 'ggml',
      says: 'the code as exponent of an f32, 2^-127 for code 0: 0xFF is infinite, its NaN check is commented out',
      source: `${SOURCES.ggml} src/ggml-impl.h ggml_e8m0_to_fp32`,
      apply: (code) => (code === 0xff ? Infinity : 2 ** (code - 127)),
    },
    {
      projects: "ggml's half function",
      says: 'half of it, 2^(code − 128), for its table holds E2M1 doubled: 0xFF is 2^127',
      source: `${SOURCES.ggml} src/ggml-impl.h ggml_e8m0_to_fp32_half`,
      apply: (code) => 2 ** (code - 128),
    },
    {
      projects: 'a GPU that flushes subnormals',
      says: 'WGSL allows it: 2^-127 is an f32 subnormal and may become 0; NaN may become anything',
      source: `${SOURCES.wgsl} wgsl/index.bs, Differences from IEEE-754`,
      apply: (code) => {
        if (code === 0) return 0;
        return code === 0xff ? 'indeterminate' : 2 ** (code - 127);
      },
    },
  ],
};
