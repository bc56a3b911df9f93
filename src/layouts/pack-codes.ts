import { putBits, takeBits } from './bits.ts';
import {
  CHUNK,
  type ChunkPlacement,
  type Geometry,
  isPlain,
  type Layout,
  piecesOf,
  planesOf,
  RUN,
  type TilePlacement,
} from './layout.ts';

/** The code at (n, k), for every n below paddedN and k below paddedK. */
export type CodeAt = (n: number, k: number) => number;

/**
 * Packs codes.
 *
 * @returns [paddedN · paddedK · bits / 32]
 */
export function packCodes(codeAt: CodeAt, layout: Layout, geometry: Geometry): Uint32Array<ArrayBuffer> {
  const { paddedN, paddedK, bits } = geometry;
  const words = new Uint32Array((paddedN * paddedK * bits) / 32);
  const { placement } = layout;
  if (placement.kind === 'tiles') {
    eachAddress(placement, geometry, (n, k, address) => {
      putBits(words, address * bits, bits, codeAt(n, k));
    });
    return words;
  }
  const places = chunkPlaces(layout, bits);
  const chunk = new Uint32Array(bits);
  for (let n = 0; n < paddedN; n++) {
    for (let c = 0; c < paddedK / CHUNK; c++) {
      chunk.fill(0);
      for (let j = 0; j < CHUNK; j++) {
        const code = codeAt(n, c * CHUNK + j);
        for (const { at, count, fromBit } of places[j]!) {
          putBits(chunk, at, count, (code >>> fromBit) & (2 ** count - 1));
        }
      }
      for (let i = 0; i < bits; i++) words[placement.wordIndex(geometry, n, c, i)] = chunk[i]!;
    }
  }
  return words;
}

/**
 * Reads codes back out of packed words: the inverse of {@link packCodes}.
 *
 * @returns [N, K], one code a byte.
 * @awaited by the picture of a buffer, read back.
 */
export function unpackCodes(
  words: Uint32Array,
  layout: Layout,
  geometry: Geometry,
  N: number,
  K: number,
): Uint8Array<ArrayBuffer> {
  const { bits } = geometry;
  const codes = new Uint8Array(N * K);
  const { placement } = layout;
  if (placement.kind === 'tiles') {
    eachAddress(placement, geometry, (n, k, address) => {
      if (n < N && k < K) codes[n * K + k] = takeBits(words, address * bits, bits);
    });
    return codes;
  }
  const places = chunkPlaces(layout, bits);
  const chunk = new Uint32Array(bits);
  for (let n = 0; n < N; n++) {
    for (let k0 = 0; k0 < K; k0 += CHUNK) {
      readChunk(words, placement, geometry, n, k0 / CHUNK, chunk);
      for (let j = 0; j < Math.min(CHUNK, K - k0); j++) {
        let code = 0;
        for (const { at, count, fromBit } of places[j]!) code |= takeBits(chunk, at, count) << fromBit;
        codes[n * K + k0 + j] = code;
      }
    }
  }
  return codes;
}

function readChunk(
  words: Uint32Array,
  placement: ChunkPlacement,
  geometry: Geometry,
  n: number,
  c: number,
  chunk: Uint32Array,
): void {
  for (let i = 0; i < chunk.length; i++) chunk[i] = words[placement.wordIndex(geometry, n, c, i)]!;
}

/** Some bits of a code and where they lie in their chunk. */
interface Place {
  readonly at: number;
  readonly count: number;
  /** The code's bit at which they begin. */
  readonly fromBit: number;
}

/** Where each of a chunk's {@link CHUNK} codes lies. */
function chunkPlaces({ order }: Layout, bits: number): readonly (readonly Place[])[] {
  if (isPlain(order)) {
    return Array.from({ length: CHUNK }, (_, j) => [{ at: j * bits, count: bits, fromBit: 0 }]);
  }
  return Array.from({ length: CHUNK }, (_, j) =>
    planesOf(order, bits).flatMap(({ width, shift, firstWord }) =>
      piecesOf(order, width, j % RUN).map(({ count, fromBit, windowBit }) => ({
        at: 32 * firstWord + Math.floor(j / RUN) * RUN * width + windowBit,
        count,
        fromBit: shift + fromBit,
      })),
    ),
  );
}

/** Calls `visit` for every code of the padded matrix with its address. */
function eachAddress(
  placement: TilePlacement,
  { paddedN, paddedK }: Geometry,
  visit: (n: number, k: number, address: number) => void,
): void {
  const { columns, depth } = placement;
  const size = columns * depth;
  const inTile = new Uint32Array(size);
  for (let n = 0; n < columns; n++) {
    for (let k = 0; k < depth; k++) inTile[n * depth + k] = placement.address(n, k);
  }
  for (let n = 0; n < paddedN; n++) {
    const tileRow = Math.floor(n / columns) * (paddedK / depth);
    for (let k = 0; k < paddedK; k++) {
      const tile = tileRow + Math.floor(k / depth);
      visit(n, k, tile * size + inTile[(n % columns) * depth + (k % depth)]!);
    }
  }
}
