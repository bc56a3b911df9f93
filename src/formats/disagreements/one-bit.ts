import type { CodeDisagreement } from './disagreement.ts';
import { SOURCES } from './sources.ts';

/** What one bit means. */
export const ONE_BIT: CodeDisagreement = {
  name: '1 bit',
  aliases: ['1-bit', 'one bit', 'int1', 'uint1', 'binary', 'bit'],
  question: 'Which value has this bit?',
  example: '0x1',
  input: 'code',
  bits: 1,
  rules: [
    {
      projects: 'Tilus int1b',
      says: "two's complement of one bit: 0, −1",
      source: `${SOURCES.tilus} python/tilus/hidet/ir/dtypes/integer_subbyte.py`,
      apply: (code) => -code,
    },
    {
      projects: 'Tilus uint1b, BitBLAS uint1',
      says: 'unsigned: 0, 1',
      source: `${SOURCES.tilus} python/tilus/hidet/ir/dtypes/integer_subbyte.py; ${SOURCES.bitblas}`,
      apply: (code) => code,
    },
    {
      projects: 'bipolar (APT-LLM), bit planes of T-MAC',
      says: 'a sign: −1, 1',
      source: `${SOURCES.aptLlm}; ${SOURCES.tmac} python/t_mac/weights.py`,
      apply: (code) => 2 * code - 1,
    },
  ],
};
