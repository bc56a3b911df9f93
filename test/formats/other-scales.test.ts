import { expect, test } from 'vitest';
import { dequantize } from '../../src/formats/dequantize.ts';
import { storesZeroCodes, type WeightFormat } from '../../src/formats/format.ts';
import { withOtherCodes, withOtherScales } from '../../src/formats/other-scales.ts';
import { PRESETS } from '../../src/formats/presets.ts';
import { quantize } from '../../src/formats/quantize.ts';
import { randomWeights } from '../../src/formats/random-weights.ts';
import { SCALE_TYPE_NAMES } from '../../src/formats/scale-type.ts';
import { weightFormat } from '../support/weight-format.ts';

const [N, K] = [6, 1024];

/** A format with each type of scale, with and without minima where it may have them, and every preset. */
const FORMATS: readonly (readonly [name: string, format: WeightFormat])[] = [
  ...SCALE_TYPE_NAMES.flatMap((scale) => {
    const secondLevel = ['u4', 'u6', 'i6', 'i8'].includes(scale)
      ? ('super' as const)
      : scale === 'dynamic8'
        ? ('double' as const)
        : scale === 'one'
          ? ('tensor' as const)
          : ('none' as const);
    const format = weightFormat({ scale, secondLevel });
    const withMin = { ...format, zeroPoint: 'min' as const };
    return ['none', 'super'].includes(secondLevel)
      ? [[scale, format] as const, [`${scale} with minima`, withMin] as const]
      : [[scale, format] as const];
  }),
  ...Object.entries(PRESETS).map(([name, { format }]) => [name, format] as const),
];

test.each(FORMATS)('%s: no weight but zeros stays, and the codes do', (_, format) => {
  const weights = quantize(randomWeights(1, N, K), N, K, format);
  const other = withOtherScales(weights, 7);
  expect(other.codes).toBe(weights.codes);
  expect(other.zeros).toBe(weights.zeros);
  const [before, after] = [dequantize(weights), dequantize(other)];
  const largest = before.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
  // False for what is not finite as well.
  expect(after.every((value) => Math.abs(value) <= 4 * largest)).toBe(true);
  const kept = before.filter((value, i) => value !== 0 && after[i] === value).length;
  const differences = before.reduce((sum, value, i) => sum + (after[i]! - value) ** 2, 0);
  // A multiple of the second level is rounded: with a minimum added, two in a thousand sums may meet.
  expect(kept).toBeLessThanOrEqual(other.mins && format.secondLevel === 'super' ? 0.002 * N * K : 0);
  // Far more than any bound of a sum's rounding grants.
  expect(Math.sqrt(differences / before.reduce((sum, value) => sum + value ** 2, 0))).toBeGreaterThan(0.2);
});

test('what changes differs from group to group, so that no one factor undoes it', () => {
  const weights = quantize(randomWeights(1, N, K), N, K, weightFormat());
  const other = withOtherScales(weights, 7);
  const ratios = new Set(other.scales.map((scale, i) => scale / weights.scales[i]!));
  expect(ratios).toEqual(new Set([0.5, 0.25]));
  expect(withOtherScales(weights, 8).scales).not.toEqual(other.scales);
});

test('scales that are zero stay zero, and the smallest ones grow', () => {
  const weights = quantize(new Float32Array(64), 2, 32, weightFormat());
  expect(withOtherScales(weights, 7).scales).toEqual(weights.scales);
  // The least of UE4M3, 2^-9, has no half.
  const least = { ...weights, format: weightFormat({ scale: 'ue4m3' }) };
  const other = withOtherScales({ ...least, stored: { scales: Uint32Array.of(1, 1) } }, 7);
  expect([...other.scales]).toEqual([2 ** -8, 2 ** -8]);
});

test('other codes are the same ones elsewhere', () => {
  const weights = quantize(randomWeights(1, 3, 5), 3, 5, weightFormat({ zeroPoint: true, element: 'uint4' }));
  const other = withOtherCodes(weights);
  // Each is that of the next column and the next place: (1, 1) where (0, 0) was, (0, 0) after the last.
  expect(other.codes[0]).toBe(weights.codes[6]);
  expect(other.codes[9]).toBe(weights.codes[0]);
  expect([...other.codes].sort()).toEqual([...weights.codes].sort());
  expect(storesZeroCodes(other.format) && other.zeros).toBe(weights.zeros);
});
