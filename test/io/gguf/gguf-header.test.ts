import { describe, expect, test } from 'vitest';
import { readGgufHeader } from '../../../src/io/gguf/gguf-header.ts';
import { bytesSource } from '../../../src/io/source.ts';
import { countingSource } from './counting-source.ts';
import { array, ggufFile, pair, string, tensor, u32, u64, VALUE_TYPE } from './gguf-writer.ts';
import { readVectorsFile } from './vectors-file.ts';

const read = (bytes: Uint8Array<ArrayBuffer>): ReturnType<typeof readGgufHeader> =>
  readGgufHeader(bytesSource(bytes));

// In the order of the file. Block sizes and bytes: a matrix [24, 512] of type T fills the bytes up to the next offset.
const PRESETS = [
  ['f16', 'F16', 24576],
  ['bf16', 'BF16', 24576],
  ['q4_0', 'Q4_0', 6912],
  ['q4_1', 'Q4_1', 7680],
  ['q5_0', 'Q5_0', 8448],
  ['q5_1', 'Q5_1', 9216],
  ['q8_0', 'Q8_0', 13056],
  ['q2_K', 'Q2_K', 4032],
  ['q3_K', 'Q3_K', 5280],
  ['q4_K', 'Q4_K', 6912],
  ['q5_K', 'Q5_K', 8448],
  ['q6_K', 'Q6_K', 10080],
  ['iq4_nl', 'IQ4_NL', 6912],
  ['iq4_xs', 'IQ4_XS', 6528],
  ['iq3_s', 'IQ3_S', 5280],
  ['iq2_s', 'IQ2_S', 3936],
  ['iq1_s', 'IQ1_S', 2400],
  ['tq1_0', 'TQ1_0', 2592],
  ['tq2_0', 'TQ2_0', 3168],
  ['mxfp4', 'MXFP4', 6528],
  ['nvfp4', 'NVFP4', 6912],
  ['q1_0', 'Q1_0', 1728],
  ['q2_0', 'Q2_0', 3456],
] as const;

describe('a file that ggml wrote', () => {
  test('has each of its tensors listed, with type, shape and bytes', async () => {
    const { tensors } = await readGgufHeader(countingSource(await readVectorsFile()));
    const matrix = { N: 24, K: 512, shape: [24, 512] };
    const float = 24 * 512 * 4;
    expect(
      tensors.map(({ name, type, N, K, shape, length }) => ({ name, type: type.name, N, K, shape, length })),
    ).toEqual([
      { name: 'source.f32', type: 'F32', ...matrix, length: float },
      ...PRESETS.flatMap(([preset, type, length]) => [
        { name: `${preset}.quantized`, type, ...matrix, length },
        { name: `${preset}.expected`, type: 'F32', ...matrix, length: float },
      ]),
    ]);
  });

  test('has its tensors one behind the other, from the first multiple of 32 after byte 2660 to the end', async () => {
    const source = countingSource(await readVectorsFile());
    const { tensors } = await readGgufHeader(source);
    let next = 2688;
    for (const { offset, length } of tensors) {
      expect(offset).toBe(next);
      next = offset + length;
    }
    expect(next).toBe(source.size);
  });

  test('has three values of metadata and the usual alignment', async () => {
    const { version, alignment, metadata } = await readGgufHeader(countingSource(await readVectorsFile()));
    expect([version, alignment]).toEqual([3, 32]);
    expect([...metadata]).toEqual([
      ['general.architecture', { type: 'string', value: 'subbyte-vectors' }],
      ['vectors.k', { type: 'uint32', value: 512 }],
      ['vectors.n', { type: 'uint32', value: 24 }],
    ]);
  });

  test('is not read beyond the first piece', async () => {
    const source = countingSource(await readVectorsFile());
    await readGgufHeader(source);
    expect(source.reads).toEqual([[0, 65536]]);
  });
});

describe('files', () => {
  test('a file written out byte by byte is read', async () => {
    const letters = (text: string): number[] => [...new TextEncoder().encode(text)];
    // prettier-ignore
    const header = [
      0x47, 0x47, 0x55, 0x46,  3, 0, 0, 0,  1, 0, 0, 0, 0, 0, 0, 0,  1, 0, 0, 0, 0, 0, 0, 0,
      1, 0, 0, 0, 0, 0, 0, 0,  ...letters('a'),  0, 0, 0, 0,  7,
      1, 0, 0, 0, 0, 0, 0, 0,  ...letters('w'),  2, 0, 0, 0,
      32, 0, 0, 0, 0, 0, 0, 0,  3, 0, 0, 0, 0, 0, 0, 0,  8, 0, 0, 0,  0, 0, 0, 0, 0, 0, 0, 0,
    ];
    expect(header).toHaveLength(79);
    const bytes = new Uint8Array(96 + 3 * 34);
    bytes.set(header);
    expect(await read(bytes)).toEqual({
      version: 3,
      alignment: 32,
      metadata: new Map([['a', { type: 'uint8', value: 7 }]]),
      tensors: [
        {
          name: 'w',
          type: { status: 'current', id: 8, name: 'Q8_0', blockSize: 32, blockBytes: 34 },
          N: 3,
          K: 32,
          shape: [3, 32],
          offset: 96,
          length: 102,
        },
      ],
    });
  });

  test('version 2 is read as version 3 is', async () => {
    const parts = { tensors: [tensor('w', [4, 2], 0, 0)], data: 32 };
    const second = await read(ggufFile({ ...parts, version: 2 }));
    expect(second).toEqual({ ...(await read(ggufFile(parts))), version: 2 });
    expect(second.tensors).toHaveLength(1);
  });

  test('a file may hold nothing at all', async () => {
    expect(await read(ggufFile({}))).toEqual({ version: 3, alignment: 32, metadata: new Map(), tensors: [] });
  });

  test('tensors may have up to four axes, none, and no weights; they come in the order of their bytes', async () => {
    const tensors = [
      tensor('experts', [32, 2, 3], 2, 64),
      tensor('empty', [32, 0], 2, 64),
      tensor('scalar', [], 0, 32),
      tensor('vector', [5], 1, 0),
      tensor('deep', [1, 2, 3, 4], 24, 192),
    ];
    const { tensors: listed } = await read(ggufFile({ tensors, data: 216 }));
    expect(listed.map(({ name, N, K, shape, length }) => [name, N, K, shape, length])).toEqual([
      ['vector', 1, 5, [5], 10],
      ['scalar', 1, 1, [], 4],
      ['empty', 0, 32, [0, 32], 0],
      ['experts', 6, 32, [3, 2, 32], 108],
      ['deep', 24, 1, [4, 3, 2, 1], 24],
    ]);
  });

  test.each([1, 8, 64, 4096])('an alignment of %d is followed', async (alignment) => {
    const metadata = [pair('general.alignment', VALUE_TYPE.uint32, u32(alignment))];
    const tensors = [tensor('a', [1], 24, 0), tensor('b', [1], 24, alignment)];
    const bytes = ggufFile({ metadata, tensors, alignment, data: alignment + 1 });
    const header = await read(bytes);
    expect(header.alignment).toBe(alignment);
    expect(header.tensors.map(({ offset }) => bytes.length - offset)).toEqual([alignment + 1, 1]);
  });

  test.each([
    [99, { status: 'unknown', id: 99, name: 'type 99' }],
    [4, { status: 'removed', id: 4, name: 'Q4_2' }],
  ])('a tensor of type %d is named, and reaches up to the next', async (id, type) => {
    const tensors = [tensor('a', [3], id, 0), tensor('b', [4], 0, 64), tensor('c', [3], id, 96)];
    const { tensors: listed } = await read(ggufFile({ tensors, data: 103 }));
    expect(listed.map(({ name, length }) => [name, length])).toEqual([
      ['a', 64],
      ['b', 16],
      ['c', 7],
    ]);
    expect(listed[0]!.type).toEqual(type);
  });
});

/** Every type of value that is no array. */
const SCALARS: [keyof typeof VALUE_TYPE, number[], number | bigint | boolean | string][] = [
  ['uint8', [200], 200],
  ['int8', [200], -56],
  ['uint16', [0xff, 0xfe], 0xfeff],
  ['int16', [0xff, 0xfe], -257],
  ['uint32', [0, 0, 0, 0x80], 2 ** 31],
  ['int32', [0, 0, 0, 0x80], -(2 ** 31)],
  ['float32', [0, 0, 0xc0, 0xbf], -1.5],
  ['bool', [1], true],
  ['bool', [0], false],
  ['string', string('größer\u0000\ufeff'), 'größer\u0000\ufeff'],
  ['uint64', u64(2n ** 64n - 1n), 2n ** 64n - 1n],
  ['int64', u64(2n ** 64n - 1n), -1n],
  ['float64', [0, 0, 0, 0, 0, 0, 0x04, 0xc0], -2.5],
];

describe('metadata', () => {
  test.each(SCALARS)('%s is read', async (type, bytes, value) => {
    const { metadata } = await read(ggufFile({ metadata: [pair('k', VALUE_TYPE[type], bytes)] }));
    expect(metadata.get('k')).toEqual({ type, value });
  });

  test.each(SCALARS)('an array of %s is read', async (type, bytes, value) => {
    const values = array(VALUE_TYPE[type], 2, [...bytes, ...bytes]);
    const { metadata } = await read(ggufFile({ metadata: [pair('k', VALUE_TYPE.array, values)] }));
    const item = { type, value };
    expect(metadata.get('k')).toEqual({ type: 'array', of: type, length: 2, items: [item, item] });
  });

  test('arrays may hold arrays', async () => {
    const inner = array(VALUE_TYPE.uint8, 2, [1, 2]);
    const values = array(VALUE_TYPE.array, 1, inner);
    const { metadata } = await read(ggufFile({ metadata: [pair('k', VALUE_TYPE.array, values)] }));
    const items = [1, 2].map((value) => ({ type: 'uint8', value }));
    expect(metadata.get('k')).toEqual({
      type: 'array',
      of: 'array',
      length: 1,
      items: [{ type: 'array', of: 'uint8', length: 2, items }],
    });
  });

  test('of an array of more than 64 items the length is kept', async () => {
    const metadata = [
      pair('short', VALUE_TYPE.array, array(VALUE_TYPE.bool, 64, Array<number>(64).fill(1))),
      pair('long', VALUE_TYPE.array, array(VALUE_TYPE.uint16, 65, Array<number>(130).fill(1))),
      pair('texts', VALUE_TYPE.array, array(VALUE_TYPE.string, 65, Array(65).fill(string('a')).flat())),
      pair(
        'arrays',
        VALUE_TYPE.array,
        array(
          VALUE_TYPE.array,
          65,
          Array(65)
            .fill(array(VALUE_TYPE.string, 1, string('a')))
            .flat(),
        ),
      ),
      pair('behind', VALUE_TYPE.uint8, [9]),
    ];
    const header = await read(ggufFile({ metadata }));
    const short = header.metadata.get('short');
    expect(short?.type === 'array' && short.items).toHaveLength(64);
    expect(header.metadata.get('long')).toEqual({ type: 'array', of: 'uint16', length: 65 });
    expect(header.metadata.get('texts')).toEqual({ type: 'array', of: 'string', length: 65 });
    expect(header.metadata.get('arrays')).toEqual({ type: 'array', of: 'array', length: 65 });
    expect(header.metadata.get('behind')).toEqual({ type: 'uint8', value: 9 });
  });

  test('a vocabulary of half a million words is passed over piece by piece, and what follows it is read', async () => {
    const words = 500_000;
    const head = ggufFile({
      tensorCount: 1,
      pairCount: 2,
      metadata: [pair('words', VALUE_TYPE.array, array(VALUE_TYPE.string, words, []))],
    });
    const tail = [
      ...pair('scores', VALUE_TYPE.array, array(VALUE_TYPE.float32, words, [])),
      ...Array<number>(4 * words).fill(0),
      ...tensor('w', [1], 0, 0),
    ];
    const vocabulary = new Uint8Array(11 * words);
    for (let i = 0; i < words; i++) vocabulary.set([3, 0, 0, 0, 0, 0, 0, 0, 97, 98, 99], 11 * i);
    const header = head.length + vocabulary.length + tail.length;
    const bytes = new Uint8Array(Math.ceil(header / 32) * 32 + 4);
    bytes.set(head);
    bytes.set(vocabulary, head.length);
    bytes.set(tail, head.length + vocabulary.length);
    const source = countingSource(bytes);
    const { metadata, tensors } = await readGgufHeader(source);
    expect(metadata.get('words')).toEqual({ type: 'array', of: 'string', length: words });
    expect(tensors).toHaveLength(1);
    const largest = Math.max(...source.reads.map(([, length]) => length));
    expect(largest).toBeLessThanOrEqual(4 << 20);
  });

  test('a text of many pieces is read whole', async () => {
    const long = 'ä'.repeat(150_000);
    const { metadata } = await read(
      ggufFile({ metadata: [pair('template', VALUE_TYPE.string, string(long))] }),
    );
    expect(metadata.get('template')).toEqual({ type: 'string', value: long });
  });

  test('a text that is no UTF-8 is read with the mark for what cannot be read', async () => {
    const { metadata } = await read(
      ggufFile({ metadata: [pair('k', VALUE_TYPE.string, [...u64(2), 0x61, 0xff])] }),
    );
    expect(metadata.get('k')).toEqual({ type: 'string', value: 'a\ufffd' });
  });
});
