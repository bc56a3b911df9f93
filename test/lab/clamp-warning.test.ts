import { describe, expect, test } from 'vitest';
import { formatName, type WeightFormat } from '../../src/formats/format.ts';
import { PRESET_NAMES, PRESETS } from '../../src/formats/presets.ts';
import { quantize } from '../../src/formats/quantize.ts';
import { relativeRmse } from '../../src/formats/quantization-error.ts';
import { randomWeights } from '../../src/formats/random-weights.ts';
import { clampWarning } from '../../src/lab/clamp-warning.ts';
import { weightFormat } from '../support/weight-format.ts';

const [N, K] = [4, 512];

/** What is warned of random weights times a factor. */
function warned(format: WeightFormat, factor: number): string | undefined {
  const values = randomWeights(3, N, K).map((value) => value * factor);
  const weights = quantize(values, N, K, format);
  return clampWarning(values, weights, relativeRmse(values, weights));
}

const presets = PRESET_NAMES.map((name) => [name, PRESETS[name]!.format] as const);

describe('a quantizer that clamps scales', () => {
  test('to the largest f16 says how far the matrix is off, and what would fit', () => {
    expect(warned(weightFormat(), 1e8)).toMatch(
      /^The weights are too large for f16 scales \(0\.000061 to 65504\): all 64 scales were clamped, and the quantized matrix is off by 91 % \(relative RMS\); take --scale f32 or --scale bf16\.$/,
    );
  });

  test('to the smallest normal f16 does, too', () => {
    expect(warned(weightFormat(), 1e-9)).toMatch(
      /^The weights are too small for f16 scales .* off by 100 % .*; take --scale f32 or --scale bf16\.$/,
    );
  });

  test('of a preset names the parts of a format that fits', () => {
    expect(warned(PRESETS['q4_0']!.format, 1e8)).toMatch(
      /too large for f16 .*; take --format int4 --scale f32\.$/,
    );
    expect(warned(PRESETS['q4_k']!.format, 1e12)).toMatch(
      /too large for scales that are multiples of an f16: .*; take --format uint4 --scale f32 --zero-point min\.$/,
    );
  });

  test('of some groups says of how many', () => {
    const values = randomWeights(3, N, K);
    for (let k = 0; k < 32; k++) values[k]! *= 1e9;
    const weights = quantize(values, N, K, weightFormat());
    expect(clampWarning(values, weights, relativeRmse(values, weights))).toContain(
      '1 of 64 scales were clamped',
    );
  });

  test('beyond every type asks for other weights', () => {
    expect(warned(weightFormat({ element: 'int4', scale: 'f32' }), 2 ** 124)).toMatch(
      /no type of scale reaches further: multiply the weights by a power of two that makes them smaller\.$/,
    );
  });
});

describe('a quantizer whose scales fit warns of nothing', () => {
  test.each(presets)('%s, of weights as layers have them', (_, format) => {
    expect(warned(format, 1)).toBeUndefined();
  });

  test.each(
    [
      weightFormat({ scale: 'f32' }),
      weightFormat({ scale: 'bf16' }),
      PRESETS['mxfp4']!.format,
      PRESETS['nvfp4']!.format,
    ].map((format) => [formatName(format), format] as const),
  )('%s, of huge and tiny ones', (_, format) => {
    expect(warned(format, 1e8)).toBeUndefined();
    expect(warned(format, 1e-9)).toBeUndefined();
  });
});
