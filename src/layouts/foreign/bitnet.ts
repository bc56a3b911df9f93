import { FormatError } from '../../formats/element-names.ts';
import { PRESETS } from '../../formats/presets.ts';
import { assembleQuantized, type QuantizedWeights } from '../../formats/quantized.ts';
import { expectRoom } from './foreign-format.ts';
import { expectFinite, expectMatrix, expectMultiple, expectSize } from './tensor-check.ts';

/** Codes of a block, four to a byte. */
const BLOCK = 128;
/** Bytes of a block: byte b holds codes b, b + 32, b + 64 and b + 96, the first in its top bits. */
const BLOCK_BYTES = 32;
/** After the codes: the f32 scale, little-endian, and zeros. */
const TAIL_BYTES = 32;

const expectBlocks = (N: number, K: number): void => {
  expectMatrix(N, K);
  expectMultiple('K', K, BLOCK, `I2_S has blocks of ${BLOCK}`);
};

/** Which code of the matrix, row by row, bits 6 − 2 · place of a byte hold. */
const codeIndex = (byte: number, place: number): number =>
  Math.floor(byte / BLOCK_BYTES) * BLOCK + (byte % BLOCK_BYTES) + BLOCK_BYTES * place;

/**
 * Reads a tensor of BitNet's type I2_S as it is written for x86 (blocks of 128; for ARM they are of 64, four times 16): the
 * preset `i2_s`.
 *
 * @param bytes [N · K / 4 + 32]: codes 0, 1, 2 for −1, 0, 1 in two bits each, then one f32 scale for the matrix.
 * @throws FormatError if there are more or fewer bytes, a code is 3, or the scale is no number.
 */
export function unpackI2s(bytes: Uint8Array<ArrayBuffer>, N: number, K: number): QuantizedWeights {
  expectBlocks(N, K);
  expectSize('The I2_S tensor', bytes, [(N * K) / 4 + TAIL_BYTES]);
  const end = (N * K) / 4;
  const codes = new Uint8Array(N * K);
  for (let at = 0; at < end; at++) {
    for (let place = 0; place < 4; place++) {
      const code = (bytes[at]! >> (6 - 2 * place)) & 3;
      if (code === 3) {
        throw new FormatError(
          `Byte ${at} of the I2_S tensor has a code 3: there are 0, 1 and 2 for −1, 0 and 1.`,
        );
      }
      codes[codeIndex(at, place)] = code;
    }
  }
  const scale = new DataView(bytes.buffer, bytes.byteOffset + end).getFloat32(0, true);
  const stored = { scales: new Uint32Array(N), parents: Float32Array.of(scale) };
  const weights = assembleQuantized(PRESETS['i2_s']!.format, N, K, codes, stored);
  expectFinite('The I2_S tensor', weights.scales);
  return weights;
}

/**
 * The inverse of {@link unpackI2s}.
 *
 * @returns [N · K / 4 + 32].
 * @throws FormatError if I2_S has no room for the format, or K does not fill blocks.
 */
export function packI2s(weights: QuantizedWeights): Uint8Array<ArrayBuffer> {
  const { format, N, K, codes, stored } = weights;
  expectRoom(format, {
    packing: 'I2_S',
    elements: ['ternary'],
    scales: ['one'],
    groups: ['K'],
    zeroPoints: [false],
    secondLevels: ['tensor'],
  });
  expectBlocks(N, K);
  const end = (N * K) / 4;
  const bytes = new Uint8Array(end + TAIL_BYTES);
  for (let at = 0; at < end; at++) {
    for (let place = 0; place < 4; place++) bytes[at]! |= codes[codeIndex(at, place)]! << (6 - 2 * place);
  }
  new DataView(bytes.buffer).setFloat32(end, stored.parents![0]!, true);
  return bytes;
}
