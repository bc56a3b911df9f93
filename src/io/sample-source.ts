import { invariant } from '../base/invariant.ts';
import { readSafetensorsMatrix } from './safetensors.ts';
import { findSample, SAMPLE_FILE } from './samples.ts';
import type { ByteSource, WeightSource } from './source.ts';

/**
 * Finds the weights that `sample:NAME` names.
 *
 * @param open opens a file of the samples' folder.
 */
export const createSampleSource = (open: (file: string) => Promise<ByteSource>): WeightSource => ({
  load: async (name) => {
    const sample = findSample(name);
    const matrix = await readSafetensorsMatrix(await open(SAMPLE_FILE), sample.name);
    invariant(matrix.N === sample.N && matrix.K === sample.K, `${SAMPLE_FILE} holds another ${sample.name}`);
    return matrix;
  },
});
