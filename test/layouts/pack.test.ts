import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { listFormats } from '../../src/formats/catalogue.ts';
import { elementOf, groupCount, groupSize, zeroBits, type WeightFormat } from '../../src/formats/format.ts';
import type { QuantizedWeights } from '../../src/formats/quantized.ts';
import { decodeFloat16 } from '../../src/base/float16.ts';
import { ceilDiv, roundUp } from '../../src/base/integers.ts';
import { uniformInteger } from '../../src/base/random.ts';
import { CHUNK, type Geometry } from '../../src/layouts/layout.ts';
import { type PackedWeights, packWeights, unpackCodes } from '../../src/layouts/pack.ts';
import { LAYOUT_IDS, LAYOUTS, type LayoutId } from '../../src/layouts/registry.ts';

const UINT8: WeightFormat = { element: 'uint8', group: 'K', scale: 'f16', zeroPoint: false };

/** Packs one column as an LSB-first stream. */
function packStream(codes: number[], bits: number): Uint32Array {
  const K = codes.length;
  const geometry: Geometry = { paddedN: 1, paddedK: roundUp(K, CHUNK), bits, NB: 1, groups: 1 };
  const weights = {
    format: UINT8,
    N: 1,
    K,
    codes: Uint8Array.from(codes),
    scales: Float32Array.of(1),
    zeros: undefined,
  };
  return packWeights(weights, LAYOUTS.stream, geometry).words;
}

const hexBytes = (words: Uint32Array, count: number): string =>
  [...new Uint8Array(words.buffer, 0, count)].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');

describe('published packings', () => {
  test.each([
    ['3-bit', 3, [0, 1, 2, 3, 4, 5, 6, 7], '88 c6 fa'],
    ['5-bit', 5, [0, 1, 2, 3, 28, 29, 30, 31], '20 88 c1 bb ff'],
    ['6-bit', 6, [1, 2, 3, 4], '81 30 10'],
    ['7-bit', 7, [1, 2, 3, 4, 5, 6, 7, 8], '01 c1 80 50 30 1c 10'],
  ])('LSB-first %s', (_, bits, codes, bytes) => {
    expect(hexBytes(packStream(codes, bits), ceilDiv(codes.length * bits, 8))).toBe(bytes);
  });

  test('GPTQ 4-bit', () => {
    expect(packStream([0, 1, 2, 3, 4, 5, 6, 7], 4)[0]).toBe(0x76543210);
  });

  test('GPTQ 3-bit, 32 codes over three words', () => {
    const codes = Array.from({ length: 32 }, (_, i) => i % 8);
    expect([...packStream(codes, 3)]).toEqual([0x88fac688, 0xc688fac6, 0xfac688fa]);
  });
});

test('interleaved: the same word of each column of a block lies side by side, then the next word, then the next chunk', () => {
  const [N, K] = [8, 64];
  // 2·n + chunk, plus 16 in the chunk's first half and 32 in its second: every word repeats one byte.
  const codes = Uint8Array.from({ length: N * K }, (_, i) => {
    const chunk = Math.floor((i % K) / 32);
    return 2 * Math.floor(i / K) + chunk + (i % 32 < 16 ? 16 : 32);
  });
  const weights = {
    format: UINT8,
    N,
    K,
    codes,
    scales: Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8),
    zeros: undefined,
  };
  const packed = packWeights(weights, LAYOUTS.interleaved, {
    paddedN: 8,
    paddedK: 64,
    bits: 8,
    NB: 4,
    groups: 1,
  });
  const words: number[] = [];
  for (const block of [0, 8]) {
    for (const chunk of [0, 1]) {
      for (const half of [16, 16, 16, 16, 32, 32, 32, 32]) {
        for (const column of [0, 2, 4, 6]) words.push((block + chunk + half + column) * 0x01010101);
      }
    }
  }
  expect([...packed.words]).toEqual(words);
  // f16 1, 2 | 3, 4 | 5, 6 | 7, 8, the even index in the low half.
  expect([...packed.scales]).toEqual([0x40003c00, 0x44004200, 0x46004500, 0x48004700]);
});

interface Case {
  readonly weights: QuantizedWeights;
  readonly geometry: Geometry;
}

const geometryOf = (
  { format, N, K }: QuantizedWeights,
  bits: number,
  padN: number,
  padK: number,
  NB: number,
): Geometry => {
  const paddedK = roundUp(K, CHUNK) + CHUNK * padK;
  const groups = groupCount(format, K) === 1 ? 1 : ceilDiv(paddedK, groupSize(format, K));
  return { paddedN: roundUp(N, NB) + NB * padN, paddedK, bits, NB, groups };
};

/** Random codes below 2^bits with random scales and zero points, and a padding. */
const caseOf = (format: WeightFormat, bits: number): fc.Arbitrary<Case> =>
  fc
    .record({
      N: fc.integer({ min: 1, max: 9 }),
      K: fc.integer({ min: 1, max: 100 }),
      padN: fc.integer({ min: 0, max: 2 }),
      padK: fc.integer({ min: 0, max: 2 }),
      NB: fc.constantFrom(4, 8, 12),
      seed: fc.nat(),
    })
    .map(({ N, K, padN, padK, NB, seed }) => {
      const draw = (count: number, stream: number): number[] =>
        Array.from({ length: count }, (_, i) => uniformInteger(seed + stream, i, 0, 2 ** bits - 1));
      const count = N * groupCount(format, K);
      const weights: QuantizedWeights = {
        format,
        N,
        K,
        codes: Uint8Array.from(draw(N * K, 0)),
        scales: Float32Array.from(draw(count, 1), (value) => value / 8 + 1),
        zeros: format.zeroPoint ? Uint8Array.from(draw(count, 2)) : undefined,
      };
      return { weights, geometry: geometryOf(weights, bits, padN, padK, NB) };
    });

describe.each(LAYOUT_IDS)('%s', (id) => {
  const layout = LAYOUTS[id];

  test.each([1, 2, 3, 4, 5, 6, 7, 8])('unpacking %i-bit codes returns what was packed', (bits) => {
    fc.assert(
      fc.property(caseOf(UINT8, bits), ({ weights, geometry }) => {
        const { words } = packWeights(weights, layout, geometry);
        expect(unpackCodes(words, layout, geometry, weights.N, weights.K)).toEqual(weights.codes);
      }),
      { numRuns: 60 },
    );
  });

  test('chunks fill the words without overlap, and so do groups', () => {
    fc.assert(
      fc.property(caseOf(UINT8, 5), fc.integer({ min: 1, max: 4 }), ({ geometry }, groups) => {
        const { paddedN, paddedK, bits } = geometry;
        const words: number[] = [];
        const places: number[] = [];
        for (let n = 0; n < paddedN; n++) {
          for (let chunk = 0; chunk < paddedK / CHUNK; chunk++) {
            for (let i = 0; i < bits; i++) words.push(layout.wordIndex(geometry, n, chunk, i));
          }
          for (let group = 0; group < groups; group++)
            places.push(layout.groupIndex({ ...geometry, groups }, n, group));
        }
        const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
        expect(words.sort((a, b) => a - b)).toEqual(upTo((paddedN * paddedK * bits) / 32));
        expect(places.sort((a, b) => a - b)).toEqual(upTo(paddedN * groups));
      }),
      { numRuns: 30 },
    );
  });

  test('a geometry smaller than the matrix is refused', () => {
    const weights = {
      format: UINT8,
      N: 2,
      K: 33,
      codes: new Uint8Array(66),
      scales: new Float32Array(2),
      zeros: undefined,
    };
    const geometry = { paddedN: 2, paddedK: 32, bits: 8, NB: 1, groups: 1 };
    expect(() => packWeights(weights, layout, geometry)).toThrow(RangeError);
  });
});

/** Where each layout puts things by its description, written out apart from the code under test. */
const PLACES: Record<
  LayoutId,
  {
    word(g: Geometry, n: number, k: number, i: number): number;
    group(g: Geometry, n: number, i: number): number;
  }
> = {
  stream: {
    word: (g, n, k, i) => (n * g.paddedK + (k - (k % 32))) * (g.bits / 32) + i,
    group: (g, n, i) => n * g.groups + i,
  },
  interleaved: {
    // [N/NB][K/32][bits][NB]
    word: (g, n, k, i) => {
      const block = (n - (n % g.NB)) * (g.paddedK / 32) * g.bits;
      const chunk = ((k - (k % 32)) / 32) * g.bits * g.NB;
      return block + chunk + i * g.NB + (n % g.NB);
    },
    // [N/NB][groups][NB]
    group: (g, n, i) => (n - (n % g.NB)) * g.groups + i * g.NB + (n % g.NB),
  },
};

/** Every weight of the padded matrix as a kernel would decode it, bit by bit from the packed words alone. */
function decodePadded(packed: PackedWeights, id: LayoutId, { weights, geometry }: Case): number[] {
  const { format, K } = weights;
  const field = (wordAt: (i: number) => number, bit: number, width: number): number => {
    let value = 0;
    for (let i = 0; i < width; i++) value |= ((wordAt((bit + i) >>> 5) >>> ((bit + i) & 31)) & 1) << i;
    return value;
  };
  const { bits, signed } = elementOf(format);
  const floats = new Float32Array(packed.scales.buffer);
  const width = zeroBits(format);
  const values: number[] = [];
  for (let n = 0; n < geometry.paddedN; n++) {
    for (let k = 0; k < geometry.paddedK; k++) {
      const code = field((i) => packed.words[PLACES[id].word(geometry, n, k, i)]!, (k % 32) * bits, bits);
      const group = PLACES[id].group(
        geometry,
        n,
        geometry.groups === 1 ? 0 : Math.floor(k / groupSize(format, K)),
      );
      const half = decodeFloat16(field((i) => packed.scales[i]!, group * 16, 16));
      const scale = format.scale === 'f16' ? half : floats[group]!;
      const own = signed ? 2 ** (bits - 1) : 0;
      const zero = packed.zeros ? field((i) => packed.zeros![i]!, group * width, width) : own;
      values.push(scale * (code - zero) + 0);
    }
  }
  return values;
}

/** The same from the canonical codes, zero in the padding. */
function expectedPadded({ weights, geometry }: Case): number[] {
  const { format, N, K, codes, scales, zeros } = weights;
  const { bits, signed } = elementOf(format);
  const values: number[] = [];
  for (let n = 0; n < geometry.paddedN; n++) {
    for (let k = 0; k < geometry.paddedK; k++) {
      const group = n * groupCount(format, K) + Math.floor(k / groupSize(format, K));
      const zero = zeros ? zeros[group]! : signed ? 2 ** (bits - 1) : 0;
      values.push(n < N && k < K ? scales[group]! * (codes[n * K + k]! - zero) + 0 : 0);
    }
  }
  return values;
}

describe.each(listFormats(64))('$name', (format) => {
  test.each(LAYOUT_IDS)('packed as %s, every weight decodes to itself and the padding to 0', (id) => {
    fc.assert(
      fc.property(caseOf(format, elementOf(format).bits), (random) => {
        const packed = packWeights(random.weights, LAYOUTS[id], random.geometry);
        expect(decodePadded(packed, id, random)).toEqual(expectedPadded(random));
      }),
      { numRuns: 25 },
    );
  });
});

test('the padding check finds padding filled with code 0 in a signed format', () => {
  const format: WeightFormat = { ...UINT8, element: 'int4' };
  const weights = {
    format,
    N: 1,
    K: 20,
    codes: new Uint8Array(20),
    scales: Float32Array.of(1),
    zeros: undefined,
  };
  const random = { weights, geometry: geometryOf(weights, 4, 0, 0, 1) };
  const packed = packWeights(weights, LAYOUTS.stream, random.geometry);
  expect(decodePadded(packed, 'stream', random)).toEqual(expectedPadded(random));
  packed.words[3] = 0;
  expect(decodePadded(packed, 'stream', random)).not.toEqual(expectedPadded(random));
});
