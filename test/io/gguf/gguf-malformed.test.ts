import { describe, expect, test } from 'vitest';
import { readGgufHeader } from '../../../src/io/gguf/gguf-header.ts';
import { WeightSourceError } from '../../../src/io/source.ts';
import { attempt } from './attempt.ts';
import { countingSource } from './counting-source.ts';
import {
  array,
  type GgufParts,
  ggufFile,
  pair,
  string,
  tensor,
  u32,
  u64,
  VALUE_TYPE,
} from './gguf-writer.ts';

/** A tensor of 32 bytes. */
const w = (name: string, offset: number | bigint, type = 0): number[] => tensor(name, [8], type, offset);

const alignmentOf = (value: number): number[] => pair('general.alignment', VALUE_TYPE.uint32, u32(value));

/** Arrays within arrays, the innermost empty. */
const nested = (depth: number): number[] =>
  depth === 1 ? array(VALUE_TYPE.uint8, 0, []) : array(VALUE_TYPE.array, 1, nested(depth - 1));

const HUGE = 2n ** 64n - 1n;

// Byte 0: magic, 4: version, 8: count of tensors, 16: count of metadata, 24: the first pair, or the first tensor.
const MALFORMED: [string, GgufParts, string][] = [
  ['another magic', { magic: 'GGML' }, 'at byte 0, it begins with "GGML", not "GGUF".'],
  ['version 1', { version: 1 }, 'at byte 4, it is of version 1; versions 2 and 3 are read.'],
  ['version 4', { version: 4 }, 'at byte 4, it is of version 4; versions 2 and 3 are read.'],
  ['version 0', { version: 0 }, 'at byte 4, it is of version 0;'],
  ['big-endian', { version: 0x03000000 }, 'at byte 4, it proves to be big-endian; only little-endian'],
  ['2⁶⁴ tensors', { tensorCount: HUGE }, 'at byte 8, 18446744073709552000 tensors are announced; 0 bytes'],
  ['2⁶⁴ values', { pairCount: HUGE }, 'at byte 16, 18446744073709552000 values of metadata are announced; 0'],
  ['one tensor too many', { tensorCount: 2, tensors: [w('w', 0)] }, 'at byte 8, 2 tensors are announced; 33'],
  [
    'a key of 2⁶⁴ bytes',
    { metadata: [[...u64(HUGE), ...u64(0)]] },
    'at byte 24, a key of the metadata is 184',
  ],
  [
    'a key that is too long',
    { metadata: [pair('k'.repeat(65_536), 0, [0])] },
    'at byte 24, a key of the metadata is 65536 bytes long; at most 65535 are read.',
  ],
  [
    'a key that is no UTF-8',
    { metadata: [[...u64(1), 0xff, ...u32(0), 0]] },
    'at byte 32, a key of the metadata is no UTF-8.',
  ],
  ['a key twice', { metadata: [pair('k', 0, [0]), pair('k', 0, [0])] }, 'at byte 38, the metadata "k" comes'],
  [
    'a value of type 13',
    { metadata: [pair('k', 13, [0])] },
    'at byte 33, the metadata "k" is of type 13; the',
  ],
  [
    'a truth of 2',
    { metadata: [pair('k', VALUE_TYPE.bool, [2])] },
    'at byte 37, the metadata "k" is 2; 0 is',
  ],
  [
    'a text beyond the end',
    { metadata: [pair('k', VALUE_TYPE.string, [...u64(5), 1, 2, 3, 4])] },
    'at byte 37, the metadata "k" is 5 bytes long; 4 bytes are left.',
  ],
  [
    'an array of 2⁶³ numbers',
    { metadata: [pair('k', VALUE_TYPE.array, array(VALUE_TYPE.uint8, 2n ** 63n, [1]))] },
    'at byte 41, the metadata "k" is an array of 9223372036854776000 items; 1 bytes are left.',
  ],
  [
    'an array whose size in bytes overflows',
    { metadata: [pair('k', VALUE_TYPE.array, array(VALUE_TYPE.uint64, 2n ** 61n, [1]))] },
    'is an array of 2305843009213694000 items; 1 bytes are left.',
  ],
  [
    'a long array with a string beyond the end',
    {
      metadata: [
        pair(
          'k',
          VALUE_TYPE.array,
          array(VALUE_TYPE.string, 65, [...Array<number>(8 * 64).fill(0), ...u64(1)]),
        ),
      ],
    },
    'at byte 561, a string of the metadata "k" is 1 bytes long; 0 bytes are left.',
  ],
  [
    'arrays five deep',
    { metadata: [pair('k', VALUE_TYPE.array, nested(5))] },
    'at byte 85, the metadata "k" is more than 4 arrays deep.',
  ],
  [
    'too many arrays',
    {
      metadata: [
        pair('k', VALUE_TYPE.array, array(VALUE_TYPE.array, 65_537, Array<number>(12 * 65_537).fill(0))),
      ],
    },
    'at byte 41, the metadata "k" is an array of 65537 arrays; at most 65536 are read.',
  ],
  [
    'an alignment of 0',
    { metadata: [alignmentOf(0)] },
    'at byte 49, the metadata "general.alignment" is 0 of',
  ],
  ['an alignment of 24', { metadata: [alignmentOf(24)] }, 'is 24 of type uint32: it must be a power of two'],
  [
    'an alignment in another type',
    { metadata: [pair('general.alignment', VALUE_TYPE.uint64, u64(32))] },
    'is 32 of type uint64: it must be a power of two of type uint32.',
  ],
  [
    'alignments',
    { metadata: [pair('general.alignment', VALUE_TYPE.array, array(VALUE_TYPE.uint32, 1, u32(32)))] },
    'is an array: it must be',
  ],
  [
    'a name that is too long',
    { tensors: [w('n'.repeat(1025), 0)], data: 32 },
    'at byte 24, the name of a tensor is 1025 bytes long; at most 1024 are read.',
  ],
  ['a name twice', { tensors: [w('w', 0), w('w', 32)], data: 64 }, 'at byte 57, the tensor "w" comes twice.'],
  [
    'five axes',
    { tensors: [tensor('w', [1, 1, 1, 1, 1], 0, 0)], data: 32 },
    'at byte 33, the tensor "w" has 5 axes; at most 4 are possible.',
  ],
  [
    '2³² axes',
    { tensors: [[...string('w'), ...u32(2 ** 32 - 1), ...u64(0), ...u64(0)]] },
    'at byte 33, the tensor "w" has 4294967295 axes;',
  ],
  [
    'sizes whose product overflows',
    { tensors: [tensor('w', [2 ** 32, 2 ** 32, 2 ** 32, 2 ** 32], 0, 0)] },
    'at byte 45, the tensor "w" has too many weights: 4294967296 × 4294967296.',
  ],
  [
    'sizes whose product overflows to a small one',
    { tensors: [tensor('w', [2n ** 63n, 2], 0, 0)] },
    'at byte 37, the tensor "w" has too many weights: 9223372036854776000.',
  ],
  [
    'sizes that overflow before a size of 0',
    { tensors: [tensor('w', [2 ** 40, 2 ** 40, 0], 0, 0)] },
    'at byte 45, the tensor "w" has too many weights',
  ],
  [
    'half a block',
    { tensors: [tensor('w', [48, 2], 2, 0)], data: 64 },
    'at byte 53, the tensor "w" has rows of 48; Q4_0 comes in blocks of 32.',
  ],
  [
    'an offset between the multiples of the alignment',
    { tensors: [w('w', 8)], data: 64 },
    'at byte 49, the tensor "w" has the offset 8, which is no multiple of 32.',
  ],
  [
    'an offset of 2⁶⁴ − 32',
    { tensors: [w('w', 2n ** 64n - 32n)], data: 64 },
    'at byte 49, the tensor "w" ends at byte 18446744073709552000 of 128; is it cut off?',
  ],
  [
    'a tensor beyond the end',
    { tensors: [w('w', 32)], data: 63 },
    'at byte 49, the tensor "w" ends at byte 128 of 127; is it cut off?',
  ],
  [
    'no bytes at all for a tensor',
    { tensors: [w('w', 0)] },
    'at byte 49, the tensor "w" ends at byte 96 of 57;',
  ],
  [
    'tensors that overlap',
    { tensors: [tensor('v', [9], 0, 0), w('w', 32)], data: 64 },
    'at byte 82, the tensor "w" overlaps the one before it.',
  ],
  [
    'tensors that overlap in the other order',
    { tensors: [w('w', 32), tensor('v', [9], 0, 0)], data: 64 },
    'at byte 49, the tensor "w" overlaps the one before it.',
  ],
  [
    'the same bytes twice',
    { tensors: [w('v', 0), w('w', 0)], data: 64 },
    'at byte 82, the tensor "w" overlaps the one before it.',
  ],
  [
    'an unknown type at the place of another tensor',
    { tensors: [w('v', 0), w('w', 0, 99)], data: 64 },
    'at byte 82, the tensor "w" overlaps the one before it.',
  ],
  [
    'two unknown types at one place',
    { tensors: [w('v', 0, 99), w('w', 0, 99)], data: 64 },
    'at byte 49, the tensor "v" is of unknown type 99, and its length cannot be known: it begins at byte 96 and must end by byte 96.',
  ],
  [
    'an unknown type beyond the end',
    { tensors: [w('w', 64, 99)], data: 64 },
    'at byte 49, the tensor "w" is of unknown type 99, and its length cannot be known: it begins at byte 128 and must end by byte 128.',
  ],
];

describe('malformed files', () => {
  test.each(MALFORMED)('%s', async (_, parts, message) => {
    const outcome = await attempt(ggufFile(parts));
    expect(outcome).toBeInstanceOf(WeightSourceError);
    expect((outcome as Error).message).toContain(message);
  });

  test('a file that ends too early says inside what', async () => {
    const bytes = ggufFile({ metadata: [pair('k', 0, [0])], tensors: [w('w', 0)], data: 32 });
    const ends: [number, string][] = [
      [0, 'at byte 0, the file of 0 bytes ends inside its first word.'],
      [3, 'at byte 0, the file of 3 bytes ends inside its first word.'],
      [7, 'at byte 4, the file of 7 bytes ends inside its version.'],
      [23, 'at byte 8, the file of 23 bytes ends inside its header.'],
      [24, 'at byte 16, 1 values of metadata are announced; 0 bytes are left.'],
      [70, 'at byte 59, the file of 70 bytes ends inside the tensor "w".'],
    ];
    for (const [length, message] of ends) {
      expect(await attempt(bytes.slice(0, length))).toHaveProperty(
        'message',
        `This is no readable GGUF file: ${message}`,
      );
    }
  });
});

describe('large files', () => {
  test('what a large file announces is not allocated before it has come', async () => {
    // A terabyte of zeros after the counts: values with an empty key each, of which the second is one too many.
    const source = countingSource(ggufFile({ pairCount: 1e7 }), 2 ** 40);
    await expect(readGgufHeader(source)).rejects.toThrow('at byte 37, the metadata "" comes twice.');
    expect(source.reads).toEqual([[0, 65536]]);
  });

  test('a header of more than 128 MiB is given up', async () => {
    const count = (130 << 20) / 8;
    const metadata = [pair('k', VALUE_TYPE.array, array(VALUE_TYPE.uint64, count, []))];
    const source = countingSource(ggufFile({ metadata }), 2 ** 40);
    await expect(readGgufHeader(source)).rejects.toThrow(
      'at byte 41, the metadata "k" is an array of 17039360 items; 134217679 bytes are left.',
    );
    const half = pair('k', VALUE_TYPE.array, array(VALUE_TYPE.uint64, (128 << 20) / 8 - 7, []));
    const full = await readGgufHeader(countingSource(ggufFile({ metadata: [half] }), 2 ** 40));
    expect(full.metadata.size).toBe(1);
    const goesOn = ggufFile({ tensorCount: 0, pairCount: 2, metadata: [half] });
    await expect(readGgufHeader(countingSource(goesOn, 2 ** 40))).rejects.toThrow(
      'the header goes on; at most 134217728 bytes of it are read.',
    );
  });

  test('a text of more than 16 MiB is not read', async () => {
    const metadata = [pair('k', VALUE_TYPE.string, u64((16 << 20) + 1))];
    const source = countingSource(ggufFile({ metadata }), 2 ** 30);
    await expect(readGgufHeader(source)).rejects.toThrow(
      'is 16777217 bytes long; at most 16777216 are read.',
    );
    expect(source.reads).toEqual([[0, 65536]]);
  });
});
