import { SpecError } from './spec.ts';
import { WeightSourceError } from './source.ts';

/** A real layer's weight matrix that comes with the playground. */
export interface Sample {
  /** As `sample:NAME` has it; also the tensor's name in {@link SAMPLE_FILE}. */
  readonly name: string;
  /** One line for users. */
  readonly about: string;
  readonly N: number;
  readonly K: number;
}

/** The file that holds every sample, beside its licence; `bench/env/samples.mjs` writes it. */
export const SAMPLE_FILE = 'use.safetensors';

/** Every sample: the Universal Sentence Encoder's (lite) weights. */
export const SAMPLES: readonly Sample[] = [
  { name: 'use-ffn1', about: 'USE FFN 1: the first feed-forward matrix of layer 0', N: 1536, K: 512 },
  { name: 'use-ffn2', about: 'USE FFN 2: the second feed-forward matrix of layer 0', N: 512, K: 1536 },
  { name: 'use-tanh', about: 'USE tanh: the output layer', N: 512, K: 512 },
];

const PREFIX = 'sample:';

/** Whether a spec's `weights` names a sample rather than random weights or a file. */
export const isSample = (weights: string): boolean => weights.startsWith(PREFIX);

/**
 * The sample that a spec's `weights` names.
 *
 * @throws WeightSourceError listing the samples if there is none of that name.
 */
export function findSample(weights: string): Sample {
  const sample = SAMPLES.find(({ name }) => weights === PREFIX + name);
  if (sample) return sample;
  const names = SAMPLES.map(({ name }) => PREFIX + name);
  throw new WeightSourceError(`There is no sample ${weights}: there are ${names.join(', ')}.`);
}

/**
 * The sizes that a weight matrix fixes, given the sizes that a user asked for.
 *
 * @throws SpecError if a given size is another one.
 */
export function fixSizes(
  weights: string,
  { N, K }: { readonly N: number; readonly K: number },
  given: { readonly n?: number | undefined; readonly k?: number | undefined },
): { n: number; k: number } {
  const { n = N, k = K } = given;
  if (n === N && k === K) return { n, k };
  throw new SpecError(
    `${weights} has n = ${String(N)} and k = ${String(K)}, but n = ${String(n)} and k = ${String(k)} were asked for: leave both out.`,
  );
}
