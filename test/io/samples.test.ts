import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ensureSamples } from '../../bench/env/samples.mjs';
import { createSampleSource } from '../../src/io/sample-source.ts';
import { findSample, fixSizes, isSample, SAMPLE_FILE, SAMPLES } from '../../src/io/samples.ts';
import { bytesSource, isQuantized, type Matrix, WeightSourceError } from '../../src/io/source.ts';
import { DEFAULT_SPEC, SpecError } from '../../src/io/spec.ts';

const PACKAGE = pathToFileURL(join('node_modules', '@energetic-ai', 'model-embeddings-en/'));
const LAYER =
  'module_apply_default/Encoder_en/KonaTransformer/Encode/TransformerStack/Layer_0/TransformerLayer/FFN';

let folder: URL;
beforeAll(async () => {
  folder = pathToFileURL(`${await mkdtemp(join(tmpdir(), 'subbyte-samples-'))}/`);
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

const sources = createSampleSource(async (file) =>
  bytesSource(new Uint8Array(await readFile(new URL(file, folder)))),
);

/** The floats of a sample. */
async function loadSample(name: string): Promise<Matrix> {
  const matrix = await sources.load(name);
  if (isQuantized(matrix)) throw new Error(`${name} is quantized`);
  return matrix;
}

describe('the samples of the npm package', () => {
  test('they are written once, with their licence', async () => {
    expect(await ensureSamples(PACKAGE, folder)).toBe(true);
    expect(await ensureSamples(PACKAGE, folder)).toBe(false);
    expect(await readFile(new URL('LICENSE.txt', folder), 'utf8')).toContain('Apache License');
    expect(await readFile(new URL('NOTICE.txt', folder), 'utf8')).toContain('transposed');
  });

  test.each(SAMPLES)('$name is [$N, $K] of finite weights, none subnormal', async ({ name, N, K }) => {
    const matrix = await loadSample(`sample:${name}`);
    expect(matrix).toMatchObject({ N, K });
    expect(matrix.values).toHaveLength(N * K);
    const odd = matrix.values.filter(
      (value) => !Number.isFinite(value) || (value !== 0 && Math.abs(value) < 2 ** -126),
    );
    expect(odd).toHaveLength(0);
  });

  test('use-ffn1 is the transpose of the layer’s matrix', async () => {
    const model = JSON.parse(await readFile(new URL('dist/model.json', PACKAGE), 'utf8')) as {
      weightsManifest: { paths: string[]; weights: { name: string; shape: number[] }[] }[];
    };
    const { paths, weights } = model.weightsManifest[0]!;
    const shards = Buffer.concat(
      await Promise.all(paths.map(async (path) => readFile(new URL(`dist/${path}`, PACKAGE)))),
    );
    const index = weights.findIndex(({ name }) => name === `${LAYER}/conv1/Tensordot/Reshape_1`);
    const before = weights
      .slice(0, index)
      .reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
    const { values } = await loadSample('sample:use-ffn1');
    for (const [n, k] of [
      [0, 0],
      [1, 0],
      [0, 1],
      [1535, 511],
      [777, 123],
    ] as const) {
      expect(values[n * 512 + k]).toBe(shards.readFloatLE(4 * (before + k * 1536 + n)));
    }
  });

  test('a file that is cut off or of another package version is written anew', async () => {
    const file = new URL(SAMPLE_FILE, folder);
    const whole = await readFile(file);
    await writeFile(file, whole.subarray(0, -4));
    expect(await ensureSamples(PACKAGE, folder)).toBe(true);
    expect((await stat(file)).size).toBe(whole.length);
    const older = Buffer.from(whole);
    older.write('0.1.9', older.indexOf('0.2.0'));
    await writeFile(file, older);
    expect(await ensureSamples(PACKAGE, folder)).toBe(true);
    expect(whole.equals(await readFile(file))).toBe(true);
  });

  test('a package without the layer is refused by name', async () => {
    const other = new URL('other/', folder);
    await mkdir(new URL('dist/', other), { recursive: true });
    await writeFile(new URL('package.json', other), '{"version":"9"}');
    await writeFile(new URL('dist/model.json', other), '{"weightsManifest":[{"paths":[],"weights":[]}]}');
    await expect(ensureSamples(other, folder)).rejects.toThrow(`does not contain ${LAYER}/conv1`);
  });
});

describe('names', () => {
  test('a sample is told from random weights and files', () => {
    expect(['sample:use-ffn1', 'random', 'a.safetensors#sample:w'].map(isSample)).toEqual([
      true,
      false,
      false,
    ]);
    expect(findSample(DEFAULT_SPEC.weights)).toMatchObject({ N: DEFAULT_SPEC.n, K: DEFAULT_SPEC.k });
  });

  test.each(['sample:use', 'random', 'use-ffn1'])(
    '%s is no sample, and those that there are are listed',
    async (name) => {
      const message = `There is no sample ${name}: there are sample:use-ffn1, sample:use-ffn2, sample:use-tanh.`;
      await expect(sources.load(name)).rejects.toThrow(new WeightSourceError(message));
    },
  );
});

describe('fixSizes', () => {
  const matrix = { N: 1536, K: 512 };

  test('a matrix fixes the sizes that are left open or agree', () => {
    for (const given of [{}, { n: 1536 }, { k: 512 }, { n: 1536, k: 512 }, { n: undefined }]) {
      expect(fixSizes('sample:use-ffn1', matrix, given)).toEqual({ n: 1536, k: 512 });
    }
  });

  test.each([[{ n: 512 }], [{ k: 1536 }], [{ n: 512, k: 1536 }]])('%o disagrees and is refused', (given) => {
    const act = (): unknown => fixSizes('sample:use-ffn1', matrix, given);
    expect(act).toThrow(SpecError);
    expect(act).toThrow('sample:use-ffn1 has n = 1536 and k = 512, but n = ');
  });
});
