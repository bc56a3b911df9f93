import type { BlockDisagreement } from './disagreement.ts';
import { SOURCES } from './sources.ts';

/** What the stored zero point of a 4-bit integer means. */
export const INT4_ZERO: BlockDisagreement = {
  name: 'INT4 zero',
  aliases: ['INT4', 'zero point', 'INT4 zero point', 'zeros'],
  question: 'Which weight, in units of a scale of 1, are a code and the number stored as its zero point?',
  example: '5,7',
  input: 'block',
  refuses: (values) => {
    const [code] = values;
    if (values.length !== 2)
      return 'This takes a 4-bit code and the number stored as zero point, such as 5,7.';
    const fits = Number.isInteger(code) && code! >= 0 && code! <= 15 && Number.isFinite(values[1]);
    return fits ? undefined : 'The first is a code, 0 to 15, the second a finite number.';
  },
  rules: [
    {
      projects: 'Marlin, ggml Q4_0',
      says: 'none is stored; the zero is 8: q − 8',
      source: `${SOURCES.marlin} marlin/__init__.py`,
      apply: ([code]) => code! - 8,
    },
    {
      projects: 'AWQ, GPTQ v2, BitBLAS "original" and "quantized"',
      says: 'the zero itself: q − z',
      source: `${SOURCES.awq}; ${SOURCES.gptqModel}; ${SOURCES.bitblas}`,
      apply: ([code, stored]) => code! - stored!,
    },
    {
      projects: 'GPTQ v1',
      says: 'the zero less one: q − (z + 1)',
      source: `${SOURCES.gptqModel} (qzeros)`,
      apply: ([code, stored]) => code! - (stored! + 1),
    },
    {
      projects: 'BitBLAS "rescale"',
      says: 'scale times zero, a float: q · s − z',
      source: `${SOURCES.bitblas} zeros_mode`,
      apply: ([code, stored]) => code! - stored!,
    },
    {
      projects: 'llm-awq v2',
      says: 'minus scale times zero, a float that is added: q · s + z',
      source: `${SOURCES.awq} (scaled zeros)`,
      apply: ([code, stored]) => code! + stored!,
    },
    {
      projects: 'ggml Q4_1',
      says: 'the minimum of the block, a float that is added: q · d + m',
      source: `${SOURCES.ggml} src/ggml-quants.c`,
      apply: ([code, stored]) => code! + stored!,
    },
  ],
};
