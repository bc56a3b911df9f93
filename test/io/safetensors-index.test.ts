import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findShardedTensor, readSafetensorsIndex } from '../../src/io/safetensors-index.ts';
import { type ByteSource, bytesSource, WeightSourceError } from '../../src/io/source.ts';

const encode = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

const read = (index: unknown): ReturnType<typeof readSafetensorsIndex> =>
  readSafetensorsIndex(bytesSource(encode(typeof index === 'string' ? index : JSON.stringify(index))));

/** A safetensors file of one tensor, a single f32. */
function shardOf(name: string): Uint8Array<ArrayBuffer> {
  const json = encode(JSON.stringify({ [name]: { dtype: 'F32', shape: [1, 1], data_offsets: [0, 4] } }));
  return Uint8Array.of(json.length, 0, 0, 0, 0, 0, 0, 0, ...json, 0, 0, 128, 63);
}

const FIRST = 'model-00001-of-00002.safetensors';
const SECOND = 'model-00002-of-00002.safetensors';

describe('an index', () => {
  test('says which file holds which tensor', async () => {
    const index = await read({
      metadata: { total_size: 8 },
      weight_map: { 'model.norm.weight': FIRST, 'lm_head.weight': SECOND, constructor: FIRST },
    });
    expect([...index]).toEqual([
      ['model.norm.weight', FIRST],
      ['lm_head.weight', SECOND],
      ['constructor', FIRST],
    ]);
  });

  test.each([
    ['../model.safetensors'],
    ['..'],
    ['..\\model.safetensors'],
    ['/etc/model.safetensors'],
    ['folder/model.safetensors'],
    ['C:model.safetensors'],
    ['https:model.safetensors'],
    ['%2e%2e%2fmodel.safetensors'],
    ['model.safetensors?x=.safetensors'],
    ['.hidden.safetensors'],
    ['.safetensors'],
    [''],
    ['model\u0000.safetensors'],
    ['model\n.safetensors'],
    ['model.safetensors\n'],
    ['model.bin'],
    [`${'m'.repeat(250)}.safetensors`],
  ])('that names %j is refused', async (file) => {
    const refused = read({ weight_map: { w: FIRST, x: file } });
    await expect(refused).rejects.toThrow(WeightSourceError);
    await expect(refused).rejects.toThrow('the tensor "x" is in "');
    await expect(refused).rejects.toThrow('that must be the plain name of a .safetensors file.');
  });

  test.each([
    ['model.safetensors'],
    ['Model_1 v2.0+x=y@z.safetensors'],
    ['model-00001-of-00163.fp16.safetensors'],
  ])('may name %j', async (file) => {
    expect((await read({ weight_map: { w: file } })).get('w')).toBe(file);
  });

  test.each([
    ['nothing', '', 'it is not JSON.'],
    ['half an object', '{"weight_map":{"w":', 'it is not JSON.'],
    ['a list', [], 'it is not an object.'],
    ['null', 'null', 'it is not an object.'],
    ['no map', { metadata: {} }, 'weight_map is missing.'],
    ['a map that is a list', { weight_map: [FIRST] }, 'weight_map is not an object.'],
    ['a map that is null', { weight_map: null }, 'weight_map is not an object.'],
    [
      'a number for a file',
      { weight_map: { w: 1 } },
      'the tensor "w" is in no file: a name must stand there.',
    ],
    [
      'lists too deep to be printed',
      `{"weight_map":{"w":${'['.repeat(1e5)}${']'.repeat(1e5)}}}`,
      'the tensor "w" is in no file',
    ],
  ])('of %s is refused', async (_, index, message) => {
    const refused = read(index);
    await expect(refused).rejects.toThrow(WeightSourceError);
    await expect(refused).rejects.toThrow(`This is no readable safetensors index: ${message}`);
  });

  test('of a gigabyte is refused before it is read', async () => {
    const source: ByteSource = { size: 2 ** 30, read: () => Promise.reject(new Error('it was read')) };
    await expect(readSafetensorsIndex(source)).rejects.toThrow(
      new WeightSourceError(
        'This is no readable safetensors index: it is 1073741824 bytes long; at most 33554432 are read.',
      ),
    );
  });

  test('that is damaged ends in plain names or a sentence', async () => {
    const whole = encode(JSON.stringify({ weight_map: { w: FIRST, x: SECOND } }));
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: whole.length - 1 }),
        fc.uint8Array({ maxLength: 6 }),
        fc.nat({ max: 20 }),
        async (at, put, cut) => {
          const bytes = Uint8Array.of(...whole.subarray(0, at), ...put, ...whole.subarray(at + cut));
          try {
            const index = await readSafetensorsIndex(bytesSource(bytes));
            for (const file of index.values()) expect(file).not.toMatch(/[/\\:%?#\p{Cc}]|^[.]/u);
          } catch (error) {
            expect(error).toBeInstanceOf(WeightSourceError);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe('a tensor of a sharded model', () => {
  const index = new Map([
    ['w', FIRST],
    ['x', SECOND],
    ['y', SECOND],
  ]);
  const shards = new Map([
    [FIRST, shardOf('w')],
    [SECOND, shardOf('x')],
  ]);

  test('is found in its shard, and no other is opened', async () => {
    const opened: string[] = [];
    const open = (file: string): Promise<ByteSource> => {
      opened.push(file);
      return Promise.resolve(bytesSource(shards.get(file)!));
    };
    const { file, source, tensor } = await findShardedTensor(index, 'x', open);
    expect([file, opened]).toEqual([SECOND, [SECOND]]);
    expect(tensor).toMatchObject({ name: 'x', dtype: 'F32', shape: [1, 1], length: 4 });
    expect(await source.read(tensor.offset, tensor.length)).toEqual(Uint8Array.of(0, 0, 128, 63));
  });

  const open = (file: string): Promise<ByteSource> => Promise.resolve(bytesSource(shards.get(file)!));

  test('that the index does not have is refused, and those that it has are named', async () => {
    await expect(findShardedTensor(index, 'z', open)).rejects.toThrow(
      new WeightSourceError('There is no tensor "z": there are "w", "x", "y".'),
    );
  });

  test('that its shard does not hold is refused', async () => {
    await expect(findShardedTensor(index, 'y', open)).rejects.toThrow(
      new WeightSourceError(
        `The index says that the tensor "y" is in ${SECOND}, and that file does not hold it.`,
      ),
    );
  });

  test('of a damaged shard is refused', async () => {
    const damaged = (): Promise<ByteSource> => Promise.resolve(bytesSource(new Uint8Array(3)));
    await expect(findShardedTensor(index, 'w', damaged)).rejects.toThrow('it is 3 bytes long.');
  });
});
