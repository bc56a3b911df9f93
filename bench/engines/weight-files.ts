import { dirname, join } from 'node:path';
import { createSampleSource } from '../../src/io/sample-source.ts';
import { findSample, isSample } from '../../src/io/samples.ts';
import { noSuchTensor } from '../../src/io/safetensors.ts';
import { readSafetensorsIndex } from '../../src/io/safetensors-index.ts';
import { type StoredMatrix, type WeightSource, WeightSourceError } from '../../src/io/source.ts';
import { describeTensor, readTensor, type WeightDescription } from '../../src/io/weight-file.ts';
import { ROOT } from '../env/root.mjs';
import { openPath } from './path-source.ts';

/** A weight matrix in a file, as `FILE#TENSOR` names it; the last `#` parts the two. */
export interface FileTensor {
  readonly path: string;
  readonly tensor: string;
}

/** The file and tensor that a spec's `weights` names, unless it names a sample or random weights. */
function fileTensorOf(weights: string): FileTensor | undefined {
  const at = weights.lastIndexOf('#');
  if (isSample(weights) || at < 1) return undefined;
  return { path: weights.slice(0, at), tensor: weights.slice(at + 1) };
}

/**
 * The file that holds what a spec's `weights` names: the file itself, or of a sharded model's index the shard.
 *
 * @returns undefined for samples and random weights.
 * @throws WeightSourceError if an index is damaged or does not know the tensor.
 */
export async function locateTensor(weights: string): Promise<FileTensor | undefined> {
  const file = fileTensorOf(weights);
  if (!file?.path.endsWith('.index.json')) return file;
  const index = await readSafetensorsIndex(await openWeights(file.path));
  const shard = index.get(file.tensor) ?? index.get(`${file.tensor}.qweight`);
  if (shard === undefined) throw noSuchTensor(file.tensor, [...index.keys()]);
  return { path: join(dirname(file.path), shard), tensor: file.tensor };
}

/**
 * The sizes of the matrix that a spec's `weights` names, and its format if it is quantized; of a file only the header is read.
 *
 * @throws WeightSourceError if there is no such matrix, saying what there is.
 */
export async function describeWeights(weights: string): Promise<WeightDescription> {
  const file = await locateTensor(weights);
  if (!file) return findSample(weights);
  return describeTensor(await openWeights(file.path), file.tensor);
}

/**
 * One tensor of a file with whatever codes and scales it has, NaN and infinities too.
 *
 * @throws WeightSourceError if there is no such tensor.
 */
export async function readWithNonNumbers(weights: string): Promise<StoredMatrix> {
  const file = await locateTensor(weights);
  if (!file) throw new WeightSourceError(`${weights} names no tensor of a file.`);
  return readTensor(await openWeights(file.path), file.tensor, false);
}

/** Weights from the samples under the served assets and from files on disk. */
export function createDiskWeights(): WeightSource {
  const samples = createSampleSource((file) => openWeights(join(ROOT, 'public', 'samples', file)));
  return {
    load: async (weights) => {
      const file = await locateTensor(weights);
      return file ? readTensor(await openWeights(file.path), file.tensor) : samples.load(weights);
    },
  };
}

async function openWeights(path: string): ReturnType<typeof openPath> {
  try {
    return await openPath(path);
  } catch (error) {
    throw new WeightSourceError(`The weights cannot be read: ${(error as Error).message}.`);
  }
}
