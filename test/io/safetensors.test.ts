import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readSafetensorsHeader, readSafetensorsMatrix } from '../../src/io/safetensors.ts';
import { type ByteSource, bytesSource, WeightSourceError } from '../../src/io/source.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** A file of this header and so many zero bytes, or these ones. */
function fileOf(header: unknown, rest: number | Bytes): Bytes {
  const json = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const tail = typeof rest === 'number' ? new Uint8Array(rest) : rest;
  const bytes = new Uint8Array(8 + json.length + tail.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  bytes.set(tail, 8 + json.length);
  return bytes;
}

const read = async (bytes: Bytes, tensor = 'w'): ReturnType<typeof readSafetensorsMatrix> =>
  readSafetensorsMatrix(bytesSource(bytes), tensor);

const F32 = (begin: number, end: number, shape = [1, (end - begin) / 4]): object => ({
  dtype: 'F32',
  shape,
  data_offsets: [begin, end],
});

describe('matrices', () => {
  test('a file written out byte by byte is read', async () => {
    // The header is 57 bytes, so that the values lie at an odd offset: 1, −2, 0.5 as f32.
    const json = '{"w":{"dtype":"F32","shape":[1,3],"data_offsets":[0,12]}}';
    expect(json).toHaveLength(57);
    const values = [0x00, 0x00, 0x80, 0x3f, 0x00, 0x00, 0x00, 0xc0, 0x00, 0x00, 0x00, 0x3f];
    const bytes = Uint8Array.of(57, 0, 0, 0, 0, 0, 0, 0, ...new TextEncoder().encode(json), ...values);
    expect(await read(bytes)).toEqual({ N: 1, K: 3, values: Float32Array.of(1, -2, 0.5) });
  });

  test('F16 and BF16 become f32, subnormals and infinities included', async () => {
    const header = {
      __metadata__: { format: 'pt' },
      half: { dtype: 'F16', shape: [2, 2], data_offsets: [0, 8] },
      brain: { dtype: 'BF16', shape: [1, 3], data_offsets: [8, 14] },
    };
    // f16: 1, −2, 2⁻²⁴, Infinity; bf16: 1, −3.140625, 2⁻¹³³.
    const words = Uint16Array.of(0x3c00, 0xc000, 0x0001, 0x7c00, 0x3f80, 0xc049, 0x0001);
    const bytes = fileOf(header, new Uint8Array(words.buffer));
    expect((await read(bytes, 'half')).values).toEqual(Float32Array.of(1, -2, 2 ** -24, Infinity));
    expect((await read(bytes, 'brain')).values).toEqual(Float32Array.of(1, -3.140625, 2 ** -133));
  });

  test('tensors are listed in the order of their bytes, with any type and shape', async () => {
    const header = {
      b: F32(4, 8, []),
      a: { dtype: 'I8', shape: [4], data_offsets: [0, 4] },
      e: { dtype: 'F32', shape: [0, 7], data_offsets: [8, 8] },
      f: { dtype: 'F3_NEW', shape: [8], data_offsets: [8, 11] },
    };
    const start = 8 + JSON.stringify(header).length;
    const tensors = await readSafetensorsHeader(bytesSource(fileOf(header, 11)));
    expect(tensors.map(({ name, offset, length }) => [name, offset - start, length])).toEqual([
      ['a', 0, 4],
      ['b', 4, 4],
      ['e', 8, 0],
      ['f', 8, 3],
    ]);
  });

  test.each([
    ['a name that is not there', 'x', 'There is no tensor "x": there are "w", "v", "i".'],
    ['a vector', 'v', 'The tensor "v" has the shape [1]: weights are a matrix [N, K].'],
    ['integers', 'i', 'The tensor "i" is of type I8: F32, F16, BF16 can be read.'],
  ])('%s is no weight matrix', async (_, name, message) => {
    const header = {
      w: F32(0, 4),
      v: F32(4, 8, [1]),
      i: { dtype: 'I8', shape: [1, 1], data_offsets: [8, 9] },
    };
    await expect(read(fileOf(header, 9), name)).rejects.toThrow(new WeightSourceError(message));
  });

  test('of many tensors, twenty are named', async () => {
    const header = Object.fromEntries(
      Array.from({ length: 25 }, (_, i) => [`t${String(i)}`, F32(4 * i, 4 * i + 4)]),
    );
    await expect(read(fileOf(header, 100))).rejects.toThrow('"t19" and 5 more.');
  });
});

const announcing = (low: number, high: number): Bytes => {
  const bytes = fileOf({ w: F32(0, 4) }, 4);
  new DataView(bytes.buffer).setUint32(0, low, true);
  new DataView(bytes.buffer).setUint32(4, high, true);
  return bytes;
};

const MALFORMED: [string, Bytes, string][] = [
  ['nothing', new Uint8Array(0), 'it is 0 bytes long.'],
  ['seven bytes', new Uint8Array(7), 'it is 7 bytes long.'],
  ['a header beyond the end', announcing(1000, 0), 'it announces a header of 1000 bytes, and has'],
  [
    'a header of 2⁶⁴ bytes',
    announcing(0xffffffff, 0xffffffff),
    'it announces a header of 18446744073709552000 bytes',
  ],
  ['no header', fileOf('', 0), 'its header is not JSON.'],
  ['a header that is cut off', fileOf('{"w":{"dtype":"F32"', 0), 'its header is not JSON.'],
  ['a header that is no text', fileOf('{"\u0000":1}', 0), 'its header is not JSON.'],
  ['a list', fileOf([1], 0), 'its header is [1], not an object.'],
  ['a number', fileOf('7', 0), 'its header is 7, not an object.'],
  [
    'a tensor without a type',
    fileOf({ w: { shape: [1, 1], data_offsets: [0, 4] } }, 4),
    'w.dtype is missing.',
  ],
  ['a size below 0', fileOf({ w: F32(0, 4, [-1, -1]) }, 4), 'w.shape[0] is -1: it must be a whole number'],
  ['a size of 1.5', fileOf({ w: F32(0, 6, [1, 1.5]) }, 6), 'w.shape[1] is 1.5: it must be a whole number'],
  [
    'one offset',
    fileOf({ w: { dtype: 'F32', shape: [1, 1], data_offsets: [0] } }, 4),
    'w.data_offsets[1] is',
  ],
  [
    'offsets in the wrong order',
    fileOf({ w: F32(4, 0, [1, 1]) }, 4),
    'the tensor "w" ends before it begins.',
  ],
  [
    'too few bytes for a shape',
    fileOf({ w: F32(0, 4, [1, 2]) }, 4),
    '"w", "F32" [1,2], needs 8 bytes and has 4.',
  ],
  [
    'sizes whose product overflows',
    fileOf({ w: F32(0, 4, [2 ** 32, 2 ** 32, 2 ** 32, 2 ** 32]) }, 4),
    'needs 1.361129467683754e+39 bytes and has 4.',
  ],
  ['a tensor beyond the end', fileOf({ w: F32(0, 8) }, 4), 'the tensor "w" ends at byte'],
  ['a petabyte', fileOf({ w: F32(0, 2 ** 50) }, 4), 'is it cut off?'],
  [
    'tensors that overlap',
    fileOf({ w: F32(0, 8), x: F32(4, 12) }, 12),
    'the tensor "x" overlaps the one before it.',
  ],
  ['the same bytes twice', fileOf({ w: F32(0, 8), x: F32(0, 8) }, 8), 'overlaps the one before it.'],
  ['a hole', fileOf({ w: F32(0, 4), x: F32(8, 12) }, 12), '4 bytes before the tensor "x" belong to none.'],
  ['bytes at the end', fileOf({ w: F32(0, 4) }, 9), 'its last 5 bytes belong to no tensor.'],
];

describe('malformed files', () => {
  test.each(MALFORMED)('%s', async (_, bytes, message) => {
    await expect(read(bytes)).rejects.toThrow(WeightSourceError);
    await expect(read(bytes)).rejects.toThrow(`This is no readable safetensors file: `);
    await expect(read(bytes)).rejects.toThrow(message);
  });

  test('an absurd header is refused before it is read', async () => {
    const reads: number[] = [];
    const source: ByteSource = {
      size: 2 ** 40,
      read: async (_, length) => {
        reads.push(length);
        return Promise.resolve(Uint8Array.of(0, 0, 0, 0, 8, 0, 0, 0));
      },
    };
    await expect(readSafetensorsHeader(source)).rejects.toThrow(
      'it announces a header of 34359738368 bytes; at most 16777216 are read.',
    );
    expect(reads).toEqual([8]);
  });

  test('any damage ends in a matrix or a sentence, within milliseconds', async () => {
    const whole = fileOf({ __metadata__: { a: 'b' }, w: F32(0, 24, [2, 3]), x: F32(24, 32) }, 32);
    const start = performance.now();
    const runs = 2000;
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: whole.length - 1 }),
        fc.uint8Array({ maxLength: 6 }),
        fc.nat({ max: 40 }),
        async (at, put, cut) => {
          const bytes = Uint8Array.of(...whole.subarray(0, at), ...put, ...whole.subarray(at + cut));
          try {
            const { N, K, values } = await read(bytes);
            expect(values).toHaveLength(N * K);
          } catch (error) {
            expect(error).toBeInstanceOf(WeightSourceError);
          }
        },
      ),
      { numRuns: runs },
    );
    expect((performance.now() - start) / runs).toBeLessThan(5);
  });
});

test('a range outside a source is refused', async () => {
  const source = bytesSource(new Uint8Array(8));
  expect(await source.read(2, 6)).toHaveLength(6);
  for (const [offset, length] of [
    [2, 7],
    [-1, 2],
    [0, -1],
    [9, 0],
  ] as const) {
    await expect(source.read(offset, length)).rejects.toThrow(RangeError);
  }
});
