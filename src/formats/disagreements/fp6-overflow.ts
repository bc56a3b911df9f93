import { roundToFloat16 } from '../../base/float16.ts';
import type { Outcome, RealDisagreement } from './disagreement.ts';
import { lightChop } from './light-chop.ts';
import { E3M2, floorLog2, roundSaturating } from './small-float.ts';
import { SOURCES } from './sources.ts';
import { tilusCast } from './tilus-cast.ts';

const SMALLEST = 0.0625;

function quantLlm(value: number): Outcome {
  const half = roundToFloat16(value);
  const magnitude = Math.abs(half);
  if (magnitude === 0) return 0;
  if (magnitude < SMALLEST || magnitude > E3M2.max) return 'throws';
  const step = Math.max(2 ** (floorLog2(magnitude) - 2), SMALLEST);
  return Math.sign(half) * Math.floor(magnitude / step) * step;
}

/** What becomes of a number, infinities too, in a format that has only finite values. */
export const E3M2_OVERFLOW: RealDisagreement = {
  name: 'E3M2 overflow',
  aliases: ['E3M2', 'FP6', 'FP6 overflow', 'MXFP6', 'Inf', 'infinity', 'finite format'],
  question: 'Which E3M2 value is this number rounded to, though the format has neither infinity nor NaN?',
  example: 'inf',
  input: 'real',
  rules: [
    {
      projects: 'OCP MX, gfloat',
      says: 'to the nearest, ties to even; saturates at 28, infinities too',
      source: `${SOURCES.ocp}; ${SOURCES.gfloat}`,
      apply: (value) => roundSaturating(value, E3M2, 'even'),
    },
    {
      projects: 'microxcaling (default)',
      says: '"nearest": ties away from zero; saturates, but infinities stay',
      source: `${SOURCES.microxcaling} mx/elemwise_ops.py`,
      apply: (value) => (Number.isFinite(value) ? roundSaturating(value, E3M2, 'away') : value),
    },
    {
      projects: 'Tilus',
      says: 'ties to even, cut in the subnormal range; infinities of both signs become −28',
      source: `${SOURCES.tilus} python/tilus/hidet/ir/primitives/cuda/cast.py`,
      apply: (value) => tilusCast(value, E3M2),
    },
    {
      projects: "QuantLLM (FP6-LLM)'s tool",
      says: 'cuts the bits of an f16; throws beyond 28 and, except for 0, below 0.0625',
      source: `${SOURCES.quantLlm} fp6_llm/csrc/utils/weight_quant.h`,
      apply: quantLlm,
    },
    {
      projects: 'Pychop LightChop(3, 2)',
      says: 'the highest exponent is reserved: 16 to below 32 become 0, 32 and more infinite',
      source: `${SOURCES.pychop} pychop/np/lightchop.py`,
      apply: (value) => lightChop(value, 3, 2, 'even'),
    },
  ],
};
