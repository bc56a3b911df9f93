import { decodeFloat16, encodeFloat16 } from '../../base/float16.ts';
import { FormatError } from '../element-names.ts';
import type { BlockField } from './block-codec.ts';
import { hex } from './hex.ts';

const word = (bytes: Uint8Array, at: number): number => bytes[at]! | (bytes[at + 1]! << 8);

function writeWord(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value & 0xff;
  bytes[at + 1] = value >> 8;
}

const refuseNonFinite =
  (name: string, offset: number) =>
  (bytes: Uint8Array, at: number): string | undefined => {
    const code = word(bytes, at + offset);
    return (code & 0x7c00) === 0x7c00 ? `${name} is ${hex(code, 4)}, which is no finite f16` : undefined;
  };

/** The block's one scale (`d`) or minimum (`m`), an f16 at byte `offset`. */
export function float16Scale(offset: number, of: 'scales' | 'mins' = 'scales'): BlockField {
  return {
    fault: refuseNonFinite(of === 'scales' ? 'd' : 'm', offset),
    read(bytes, at, blocks, b) {
      blocks[of][b] = word(bytes, at + offset);
    },
    write(blocks, b, bytes, at) {
      writeWord(bytes, at + offset, blocks[of][b]!);
    },
  };
}

/** What the block's scales (`d`) or minima (`dmin`) are multiples of, an f16 at byte `offset`. */
export function float16Parent(offset: number, of: 'parents' | 'parentMins' = 'parents'): BlockField {
  const name = of === 'parents' ? 'd' : 'dmin';
  return {
    fault: refuseNonFinite(name, offset),
    read(bytes, at, blocks, b) {
      blocks[of][b] = decodeFloat16(word(bytes, at + offset));
    },
    write(blocks, b, bytes, at) {
      const value = blocks[of][b]!;
      const code = encodeFloat16(value);
      if (decodeFloat16(code) !== value) {
        throw new FormatError(`Block ${String(b)}: ${name} is ${String(value)}, which is no f16.`);
      }
      writeWord(bytes, at + offset, code);
    },
  };
}

/** The block's one scale, a power of two in a byte. 0xFF, which OCP reserves for NaN, is refused. */
export function e8m0Scale(offset: number): BlockField {
  return {
    fault: (bytes, at) => (bytes[at + offset] === 0xff ? 'e is 0xff, which is no number' : undefined),
    read(bytes, at, { scales }, b) {
      scales[b] = bytes[at + offset]!;
    },
    write({ scales }, b, bytes, at) {
      bytes[at + offset] = scales[b]!;
    },
  };
}

const UE4M3_NAN = 0x7f;

/**
 * Unsigned E4M3 scales, a byte for each group from `offset` on. 0x7F is zero to ggml and becomes code 0; bytes with the
 * top bit, to which ggml's backends give different values, are refused.
 */
export function ue4m3Scales(offset: number, groups: number): BlockField {
  return {
    fault(bytes, at) {
      for (let g = 0; g < groups; g++) {
        const code = bytes[at + offset + g]!;
        if (code > UE4M3_NAN) return `d[${String(g)}] is ${hex(code)}, which is no unsigned E4M3`;
      }
      return undefined;
    },
    read(bytes, at, { scales }, b) {
      for (let g = 0; g < groups; g++) {
        const code = bytes[at + offset + g]!;
        scales[b * groups + g] = code === UE4M3_NAN ? 0 : code;
      }
    },
    write({ scales }, b, bytes, at) {
      for (let g = 0; g < groups; g++) bytes[at + offset + g] = scales[b * groups + g]!;
    },
  };
}
