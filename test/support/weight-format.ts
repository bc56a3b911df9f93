import type { WeightFormat } from '../../src/formats/format.ts';

/** int4 in groups of 32 with f16 scales and nothing else, but for what `choices` say. */
export const weightFormat = (choices: Partial<WeightFormat> = {}): WeightFormat => ({
  element: 'int4',
  group: 32,
  scale: 'f16',
  zeroPoint: false,
  secondLevel: 'none',
  rule: 'amax',
  block: 1,
  ...choices,
});
