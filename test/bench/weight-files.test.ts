import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDiskWeights, describeWeights, locateTensor } from '../../bench/engines/weight-files.ts';
import { encodeSafetensors } from './safetensors.ts';

let folder: string;
let index: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'subbyte-'));
  index = join(folder, 'model.safetensors.index.json');
  const map = { a: 'one.safetensors', b: 'two.safetensors', 'c.qweight': 'two.safetensors' };
  await writeFile(index, JSON.stringify({ metadata: {}, weight_map: map }));
  for (const [file, name] of [
    ['one', 'a'],
    ['two', 'b'],
  ] as const) {
    await writeFile(
      join(folder, `${file}.safetensors`),
      encodeSafetensors(name, [2, 3], Float32Array.of(0, 1, 2, 3, 4, file.length)),
    );
  }
});
afterAll(() => rm(folder, { recursive: true }));

describe('the weights of a sharded model', () => {
  it('are found in the shard that the index names, a layer by its packed codes', async () => {
    expect(await locateTensor(`${index}#b`)).toEqual({
      path: join(folder, 'two.safetensors'),
      tensor: 'b',
    });
    expect(await locateTensor(`${index}#c`)).toMatchObject({ path: join(folder, 'two.safetensors') });
  });

  it('are described and read', async () => {
    expect(await describeWeights(`${index}#a`)).toEqual({ N: 2, K: 3 });
    expect(await createDiskWeights().load(`${index}#b`)).toMatchObject({ N: 2, K: 3 });
  });

  it('that the index does not know are refused with what it knows', async () => {
    await expect(locateTensor(`${index}#d`)).rejects.toThrow(/There is no tensor "d": there are "a", "b"/);
  });

  it('of a file that cannot be read are refused', async () => {
    await expect(describeWeights(`${join(folder, 'none.gguf')}#a`)).rejects.toMatchObject({
      name: 'WeightSourceError',
      message: expect.stringContaining('cannot be read') as string,
    });
  });
});

it('samples and random weights are in no file of the user', async () => {
  expect(await locateTensor('sample:use-tanh')).toBeUndefined();
  expect(await locateTensor('random')).toBeUndefined();
});
