import { addressOf, placeOf, type StorageOrder } from './address.ts';
import { LayoutError } from './layout-error.ts';

/** Where every bit of a tile lies: the codes in the order of their addresses form one LSB-first stream of words. */
export interface LayoutPicture {
  /** Columns of the tile. */
  readonly N: number;
  /** Codes along K of the tile. */
  readonly K: number;
  /** Bits a code. */
  readonly bits: number;
  /** [N, K, bits]: the 32-bit word, counted from the tile's first, that holds bit b (0 = least significant) of code (n, k). */
  readonly word: Uint32Array<ArrayBuffer>;
  /** [N, K, bits]: which bit of that word it is, 0 = least significant. */
  readonly bit: Uint8Array<ArrayBuffer>;
  /** [N, K]: the lane that loads code (n, k). */
  readonly lane: Uint32Array<ArrayBuffer>;
}

/** More bits than this cannot be told apart on a screen. */
const MAX_BITS = 2 ** 22;

/**
 * The data for a picture of a storage order: bit b of the code at address a is bit a · bits + b of the stream.
 *
 * @param bits a code, 1 to 8
 * @throws LayoutError if the tile is too large to be drawn.
 * @throws RangeError if `bits` is not a whole number from 1 to 8.
 */
export function layoutPicture(order: StorageOrder, bits: number): LayoutPicture {
  if (!Number.isInteger(bits) || bits < 1 || bits > 8) throw new RangeError(`${bits} bits a code`);
  const [N = 1, K = 1] = order.layout.shape;
  const count = N * K;
  if (count * bits > MAX_BITS) {
    throw new LayoutError(`a tile of ${count} codes of ${bits} bits is too large to be drawn.`);
  }
  const word = new Uint32Array(count * bits);
  const bit = new Uint8Array(count * bits);
  const lane = new Uint32Array(count);
  for (let n = 0; n < N; n++) {
    for (let k = 0; k < K; k++) {
      const address = addressOf(order, n, k);
      const code = n * K + k;
      lane[code] = placeOf(order, address).lane;
      for (let b = 0; b < bits; b++) {
        const position = address * bits + b;
        word[code * bits + b] = position >>> 5;
        bit[code * bits + b] = position & 31;
      }
    }
  }
  return { N, K, bits, word, bit, lane };
}
