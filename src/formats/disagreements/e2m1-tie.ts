import type { RealDisagreement, Rule } from './disagreement.ts';
import { lightChop } from './light-chop.ts';
import { E2M1, roundSaturating, type Tie } from './small-float.ts';
import { SOURCES } from './sources.ts';
import { tilusCast } from './tilus-cast.ts';

const ggmlSearch = (value: number): number =>
  Number.isFinite(value) ? roundSaturating(value, E2M1, 'zero') : 0;

const pychop = (mode: number, tie: Tie, says: string): Rule<number> => ({
  projects: `Pychop, rounding mode ${String(mode)}`,
  says: `LightChop(2, 1): ${says}; 4 and more, before rounding, become 0, 8 and more infinite`,
  source: `${SOURCES.pychop} pychop/np/lightchop.py`,
  apply: (value) => lightChop(value, 2, 1, tie),
});

/** Which of E2M1's values a number is rounded to, above all half-way between two. */
export const E2M1_TIE: RealDisagreement = {
  name: 'E2M1 tie',
  aliases: ['E2M1', 'FP4', 'FP4 tie', 'E2M1 encode', 'FP4 encode', 'E2M1 rounding', 'MXFP4', 'NVFP4'],
  question: 'Which E2M1 value is this number, already divided by its scale, rounded to?',
  example: '0.25',
  input: 'real',
  rules: [
    {
      projects: 'OCP MX, gfloat',
      says: 'to the nearest, ties to even; saturates',
      source: `${SOURCES.ocp}; ${SOURCES.gfloat}`,
      apply: (value) => roundSaturating(value, E2M1, 'even'),
    },
    {
      projects: 'microxcaling (default)',
      says: '"nearest": ties away from zero; saturates, but infinities stay',
      source: `${SOURCES.microxcaling} mx/elemwise_ops.py`,
      apply: (value) => (Number.isFinite(value) ? roundSaturating(value, E2M1, 'away') : value),
    },
    {
      projects: 'Quartet',
      says: 'thresholds compared by ">": ties toward zero; saturates',
      source: `${SOURCES.quartet} src/models/quantization/quantizers/mxfp4_triton.py`,
      apply: (value) => roundSaturating(value, E2M1, 'zero'),
    },
    {
      projects: 'ggml',
      says: 'search for the least error, the lower index wins: ties toward zero; infinities never win, so code 0',
      source: `${SOURCES.ggml} src/ggml-quants.c best_index_mxfp4`,
      apply: ggmlSearch,
    },
    {
      projects: 'Tilus',
      says: 'ties to even from 1 on; below 1 rounded first and then cut; infinities become −6',
      source: `${SOURCES.tilus} python/tilus/hidet/ir/primitives/cuda/cast.py`,
      apply: (value) => tilusCast(value, E2M1),
    },
    pychop(1, 'even', 'ties to even'),
    pychop(7, 'down', '"ties to zero", which are ties toward −∞'),
    pychop(8, 'up', '"ties away", which are ties toward +∞'),
  ],
};
