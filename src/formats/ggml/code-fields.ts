import type { BlockField } from './block-codec.ts';
import { hex } from './hex.ts';

/**
 * Some bits of every code of a block. `stride` bytes hold one code's bits each at shift 0, then the next `stride` codes' at
 * shift `width`, and so on until the bytes are full; then the next `stride` bytes follow. A stride of 1 is a plain
 * bitstream from the low bits up; ggml strides so that a vector register of bytes gives weights in order.
 */
export interface BitPlane {
  /** Where in the block it begins. */
  readonly at: number;
  /** Bits of a code that it holds; divides 8. */
  readonly width: number;
  readonly stride: number;
  /** Which bit of the code its lowest one is; 0 if absent. */
  readonly place?: number;
}

/** The codes of a block of `size` weights, as the sum of bit planes. */
export function bitPlanes(size: number, ...planes: readonly BitPlane[]): BlockField {
  const placed = planes.map(({ at, width, stride, place = 0 }) => ({
    at,
    place,
    mask: 2 ** width - 1,
    bytes: Uint16Array.from(
      { length: size },
      (_, i) => Math.floor((i * width) / (8 * stride)) * stride + (i % stride),
    ),
    shifts: Uint8Array.from({ length: size }, (_, i) => width * (Math.floor(i / stride) % (8 / width))),
  }));
  return {
    read(bytes, at, { codes }, b) {
      for (const plane of placed) {
        const from = at + plane.at;
        for (let i = 0; i < size; i++) {
          const bits = (bytes[from + plane.bytes[i]!]! >> plane.shifts[i]!) & plane.mask;
          codes[b * size + i]! |= bits << plane.place;
        }
      }
    },
    write({ codes }, b, bytes, at) {
      for (const plane of placed) {
        const from = at + plane.at;
        for (let i = 0; i < size; i++) {
          const bits = (codes[b * size + i]! >> plane.place) & plane.mask;
          bytes[from + plane.bytes[i]!]! |= bits << plane.shifts[i]!;
        }
      }
    },
  };
}

/** Codes of 8 bits that the block stores in two's complement and the canonical form in excess 128. */
export function signedBytes(size: number, at: number): BlockField {
  return {
    read(bytes, from, { codes }, b) {
      for (let i = 0; i < size; i++) codes[b * size + i] = bytes[from + at + i]! ^ 0x80;
    },
    write({ codes }, b, bytes, to) {
      for (let i = 0; i < size; i++) bytes[to + at + i] = codes[b * size + i]! ^ 0x80;
    },
  };
}

/** Refuses ternary codes of two bits that are 3, the pattern that TQ2_0 never writes. */
export function withoutThrees(field: BlockField, at: number, length: number): BlockField {
  return {
    ...field,
    fault(bytes, from) {
      for (let i = 0; i < length; i++) {
        const byte = bytes[from + at + i]!;
        if ((byte & (byte >> 1) & 0x55) !== 0) {
          return `byte ${String(i)} of qs is ${hex(byte)}, which holds the unused code 3`;
        }
      }
      return undefined;
    },
  };
}

/** Digits of a byte of TQ1_0, and the numbers that they can be. */
const TRITS = 5;
const TRIT_NUMBERS = 3 ** TRITS;

/** A run of bytes of TQ1_0: `stride` bytes hold the first digit of as many weights, then the second of the next … */
interface TritRun {
  readonly at: number;
  readonly stride: number;
  /** Digits of a byte in use. */
  readonly digits: number;
}

/**
 * Ternary codes, five to a byte as the digits of a fraction in base 3 (ggml, TQ1_0): a byte is ⌈256 · 0.t₁t₂t₃t₄t₅⌉, so
 * that its digits come out one after another as the whole part of 3 times the fraction. The runs of a block follow each
 * other. Of the 256 bytes 243 are ever written; each of the others is read as the digits that it begins with, as ggml
 * reads it, and written as the byte that ggml would write.
 */
export function trits(size: number, ...runs: readonly TritRun[]): BlockField {
  return {
    read(bytes, from, { codes }, b) {
      let next = b * size;
      for (const { at, stride, digits } of runs) {
        for (let i = 0; i < stride; i++) {
          let fraction = bytes[from + at + i]!;
          for (let t = 0; t < digits; t++) {
            codes[next + t * stride + i] = (fraction * 3) >> 8;
            fraction = (fraction * 3) & 0xff;
          }
        }
        next += stride * digits;
      }
    },
    write({ codes }, b, bytes, to) {
      let next = b * size;
      for (const { at, stride, digits } of runs) {
        for (let i = 0; i < stride; i++) {
          let number = 0;
          for (let t = 0; t < TRITS; t++) {
            number = number * 3 + (t < digits ? codes[next + t * stride + i]! : 0);
          }
          bytes[to + at + i] = Math.ceil((number * 256) / TRIT_NUMBERS);
        }
        next += stride * digits;
      }
    },
  };
}
