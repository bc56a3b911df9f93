import type { CodeDisagreement } from './disagreement.ts';
import { valueOfCode } from './small-float.ts';
import { SOURCES } from './sources.ts';

const SOURCE = `${SOURCES.alto} alto/kernels/fp4/fp4_common/ue5m3_ops.py`;

/** What the scale codes of AMD's FP4 recipe mean. */
export const UE5M3_CODE: CodeDisagreement = {
  name: 'UE5M3 code',
  aliases: ['UE5M3', 'UE5M3 decode', 'UE5M3 0xFF'],
  question: 'Which scale has this UE5M3 code?',
  example: '0xFF',
  input: 'code',
  bits: 8,
  rules: [
    {
      projects: 'AMD ALTO',
      says: 'bias 15, no infinity: 0xFF is NaN, the largest is 114688',
      source: SOURCE,
      apply: (code) => (code === 0xff ? NaN : valueOfCode(code, 3, 15)),
    },
    {
      projects: 'AMD ALTO, superseded variant',
      says: 'finite only: 0xFF is 122880',
      source: `${SOURCE}, decision history`,
      apply: (code) => valueOfCode(code, 3, 15),
    },
  ],
};
