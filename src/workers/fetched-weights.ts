import { createSampleSource } from '../io/sample-source.ts';
import { isSample } from '../io/samples.ts';
import { type WeightSource, WeightSourceError } from '../io/source.ts';
import { readTensor } from '../io/weight-file.ts';
import { fetchSource } from './fetch-source.ts';

/**
 * Weights over the network: `sample:NAME`, and `URL#TENSOR` for a file, as the command line serves it.
 *
 * @param samples absolute address of the folder of samples, with a slash at its end.
 */
export function createFetchedWeights(samples: string): WeightSource {
  const sampleSource = createSampleSource((file) => fetchSource(new URL(file, samples).href));
  return {
    load: async (name) => {
      if (isSample(name)) return sampleSource.load(name);
      const [, url, tensor] = /^(https?:.*)#([^#]+)$/.exec(name) ?? [];
      if (url === undefined || tensor === undefined) {
        throw new WeightSourceError(
          `${name} cannot be read by a page: use the command line for a file's weights.`,
        );
      }
      return readTensor(await fetchSource(url), tensor);
    },
  };
}
