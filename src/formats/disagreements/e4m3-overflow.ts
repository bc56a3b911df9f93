import type { RealDisagreement } from './disagreement.ts';
import { ggmlUe4m3 } from './ggml-ue4m3.ts';
import { lightChop } from './light-chop.ts';
import { E4M3, roundSaturating, roundToGrid, type SmallFloatGrid, type Tie } from './small-float.ts';
import { SOURCES } from './sources.ts';

const FNUZ: SmallFloatGrid = { ...E4M3, bias: 8, max: 240 };
const IEEE_MAX = 240;

/** Rounds; a result above `max` is `beyond`, with the value's sign. */
function roundOverflowing(value: number, tie: Tie, max: number, beyond: number): number {
  if (!Number.isFinite(value)) return Math.sign(value) * beyond;
  const rounded = roundToGrid(value, E4M3, tie);
  return Math.abs(rounded) > max ? Math.sign(value) * beyond : rounded;
}

/** What becomes of a number near and beyond the end of E4M3. */
export const E4M3_OVERFLOW: RealDisagreement = {
  name: 'E4M3 overflow',
  aliases: ['E4M3', 'FP8', 'E4M3 encode', 'float8_e4m3'],
  question: 'Which E4M3 value is this number rounded to?',
  example: '465',
  input: 'real',
  rules: [
    {
      projects: 'OCP (saturating), gfloat',
      says: 'to the nearest, ties to even; beyond 448 it is 448',
      source: `${SOURCES.ocp}; ${SOURCES.gfloat}`,
      apply: (value) => roundSaturating(value, E4M3, 'even'),
    },
    {
      projects: 'OCP (not saturating), gfloat',
      says: 'to the nearest, ties to even; what rounds beyond 448 is NaN, for there is no infinity',
      source: `${SOURCES.ocp}; ${SOURCES.gfloat}`,
      apply: (value) => roundOverflowing(value, 'even', E4M3.max, NaN),
    },
    {
      projects: 'Tilus',
      says: "CUDA's conversion with SATFINITE: to the nearest, ties to even; beyond 448 it is 448, infinities too",
      source: 'NVIDIA/tilus@99d8340 python/tilus/hidet/ir/primitives/cuda/float8.py',
      apply: (value) => roundSaturating(value, E4M3, 'even'),
    },
    {
      projects: 'microxcaling, as element of a block',
      says: 'ties away from zero; saturates at 448, infinities stay',
      source: `${SOURCES.microxcaling} mx/mx_ops.py, mx/elemwise_ops.py`,
      apply: (value) => (Number.isFinite(value) ? roundSaturating(value, E4M3, 'away') : value),
    },
    {
      projects: 'microxcaling, alone',
      says: 'ties away from zero; what rounds beyond 448 is infinite',
      source: `${SOURCES.microxcaling} mx/elemwise_ops.py`,
      apply: (value) => roundOverflowing(value, 'away', E4M3.max, Infinity),
    },
    {
      projects: 'Pychop FaultChop',
      says: 'as IEEE 754: the highest exponent is reserved, the largest is 240, then infinite',
      source: `${SOURCES.pychop} pychop/np/float_point.py`,
      apply: (value) => roundOverflowing(value, 'even', IEEE_MAX, Infinity),
    },
    {
      projects: 'Pychop LightChop(4, 3)',
      says: 'the highest exponent is reserved: 256 to below 512 become 0, 512 and more infinite',
      source: `${SOURCES.pychop} pychop/np/lightchop.py`,
      apply: (value) => lightChop(value, 4, 3, 'even'),
    },
    {
      projects: 'ggml UE4M3',
      says: 'without sign: half up; 248 and more are 448, negatives 0',
      source: `${SOURCES.ggml} src/ggml-impl.h ggml_fp32_to_ue4m3`,
      apply: ggmlUe4m3,
    },
    {
      projects: 'E4M3FNUZ (ONNX, AMD)',
      says: 'bias 8, largest 240, 0x80 is NaN; here saturating',
      source: 'general knowledge',
      unverified: true,
      apply: (value) => roundSaturating(value, FNUZ, 'even'),
    },
  ],
};
