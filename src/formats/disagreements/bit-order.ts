import { ceilDiv } from '../../base/integers.ts';
import type { BlockDisagreement } from './disagreement.ts';
import { refuseCodes } from './refuse-codes.ts';
import { hexBytes } from './hex-bytes.ts';
import { SOURCES } from './sources.ts';

/** Codes as one stream of bits without gaps, zeros behind the last. @param lowFirst whether bit 0 comes first, in codes and bytes. */
function packStream(codes: readonly number[], bits: number, lowFirst: boolean): Uint8Array {
  const bytes = new Uint8Array(ceilDiv(codes.length * bits, 8));
  codes.forEach((code, i) => {
    for (let b = 0; b < bits; b++) {
      const at = i * bits + b;
      const bit = (code >> (lowFirst ? b : bits - 1 - b)) & 1;
      bytes[at >> 3]! |= bit << (lowFirst ? at & 7 : 7 - (at & 7));
    }
  });
  return bytes;
}

const bitOrder = (bits: number, example: string, says: string): BlockDisagreement => ({
  name: `Bit order, ${String(bits)}-bit`,
  aliases: [
    'bit order',
    `bit order ${String(bits)}`,
    `${String(bits)}-bit stream`,
    `FP${String(bits)} stream`,
  ],
  question: `Which bytes do these ${String(bits)}-bit codes become in a stream without gaps?`,
  example,
  input: 'block',
  refuses: refuseCodes(bits, 1, 64),
  rules: [
    {
      projects: 'Tilus; GPTQ at its own widths',
      says: 'the low bit first: the first code is in the low bits of the first byte',
      source: `${SOURCES.tilus} python/tilus/hidet/ir/primitives/cuda/subbyte.py`,
      apply: (codes) => hexBytes(packStream(codes, bits, true)),
    },
    {
      projects: 'QuantLLM (FP6-LLM)',
      says,
      source: `${SOURCES.quantLlm} fp6_llm/csrc/utils/weight_quant.h`,
      apply: (codes) => hexBytes(packStream(codes, bits, false)),
    },
  ],
});

/** Where the bits of codes go whose width does not divide a byte. */
export const BIT_ORDERS: readonly BlockDisagreement[] = [
  bitOrder(
    5,
    '0,1,2,3,28,29,30,31',
    'the high bit first: the first code is in the high bits of the first byte',
  ),
  bitOrder(6, '1,2,3,4', 'the high bit first, four codes to three bytes'),
];
