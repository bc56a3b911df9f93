import type { RealDisagreement } from './disagreement.ts';
import { roundSteps, type Tie } from './small-float.ts';
import { SOURCES } from './sources.ts';

const toInteger =
  (tie: Tie, low: number) =>
  (value: number): number => {
    if (!Number.isFinite(value)) return value < 0 ? low : 127;
    const rounded = Math.sign(value) * roundSteps(Math.abs(value), tie, value < 0);
    return Math.min(Math.max(rounded, low), 127);
  };

/** Whether −128 is in use. */
export const INT8_RANGE: RealDisagreement = {
  name: 'int8 range',
  aliases: ['int8', 'MXINT8', 'INT8 clamp'],
  question: 'Which 8-bit integer is a value of so many steps stored as?',
  example: '-128',
  input: 'real',
  rules: [
    {
      projects: 'LLM.int8() (bitsandbytes)',
      says: '−127 … 127, for a step is max / 127; ties to even',
      source: `${SOURCES.bitsandbytes} bitsandbytes/backends/default/ops.py`,
      apply: toInteger('even', -127),
    },
    {
      projects: 'microxcaling MXINT8',
      says: 'sign and magnitude, −127 … 127; ties away from zero',
      source: `${SOURCES.microxcaling} mx/elemwise_ops.py`,
      apply: toInteger('away', -127),
    },
    {
      projects: 'BitNet b1.58 activations (MatMul-free LM)',
      says: '−128 … 127; ties to even',
      source: `${SOURCES.matmulFree} mmfreelm/ops/bitnet.py`,
      apply: toInteger('even', -128),
    },
    {
      projects: 'OCP MXINT8, gfloat',
      says: "two's complement, −128 … 127 steps of 1/64; ties to even",
      source: `${SOURCES.ocp}; ${SOURCES.gfloat}`,
      apply: toInteger('even', -128),
    },
  ],
};
