import { join } from 'node:path';
import { createSampleSource } from '../../src/io/sample-source.ts';
import { findSample, isSample } from '../../src/io/samples.ts';
import { readSafetensorsHeader, readSafetensorsMatrix } from '../../src/io/safetensors.ts';
import { type Matrix, type WeightSource, WeightSourceError } from '../../src/io/source.ts';
import { ROOT } from '../env/root.mjs';
import { openPath } from './path-source.ts';

/** A weight matrix in a file, as `FILE#TENSOR` names it; the last `#` parts the two. */
export interface FileTensor {
  readonly path: string;
  readonly tensor: string;
}

/** The file and tensor that a spec's `weights` names, unless it names a sample or random weights. */
export function fileTensorOf(weights: string): FileTensor | undefined {
  const at = weights.lastIndexOf('#');
  if (isSample(weights) || at < 1) return undefined;
  return { path: weights.slice(0, at), tensor: weights.slice(at + 1) };
}

/**
 * The sizes of the matrix that a spec's `weights` names; of a file only the header is read.
 *
 * @throws WeightSourceError if there is no such matrix, saying what there is.
 */
export async function matrixSize(weights: string): Promise<{ readonly N: number; readonly K: number }> {
  const file = fileTensorOf(weights);
  if (!file) return findSample(weights);
  const source = await openWeights(file.path);
  const tensor = (await readSafetensorsHeader(source)).find(({ name }) => name === file.tensor);
  const [N, K] = tensor?.shape ?? [];
  if (tensor?.shape.length === 2 && N && K) return { N, K };
  // Reading it is what says, in a sentence, why it is no matrix.
  return readSafetensorsMatrix(source, file.tensor);
}

/** Weights from the samples under the served assets and from files on disk. */
export function createDiskWeights(): WeightSource {
  const samples = createSampleSource((file) => openWeights(join(ROOT, 'public', 'samples', file)));
  return {
    load: (weights) => {
      const file = fileTensorOf(weights);
      return file ? loadTensor(file) : samples.load(weights);
    },
  };
}

const loadTensor = async ({ path, tensor }: FileTensor): Promise<Matrix> =>
  readSafetensorsMatrix(await openWeights(path), tensor);

async function openWeights(path: string): ReturnType<typeof openPath> {
  try {
    return await openPath(path);
  } catch (error) {
    throw new WeightSourceError(`The weights cannot be read: ${(error as Error).message}.`);
  }
}
