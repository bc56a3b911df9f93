import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { ensureSamples } from '../../bench/env/samples.mjs';
import { dequantize } from '../../src/formats/dequantize.ts';
import type { WeightFormat } from '../../src/formats/format.ts';
import { relativeRmse } from '../../src/formats/quantization-error.ts';
import { quantize } from '../../src/formats/quantize.ts';
import { createSampleSource } from '../../src/io/sample-source.ts';
import { bytesSource, isQuantized, type Matrix } from '../../src/io/source.ts';
import { weightFormat } from '../support/weight-format.ts';

let matrix: Matrix;
beforeAll(async () => {
  await ensureSamples();
  const open = async (file: string) => bytesSource(new Uint8Array(await readFile(`public/samples/${file}`)));
  const stored = await createSampleSource(open).load('sample:use-ffn1');
  if (isQuantized(stored)) throw new Error('the sample is quantized');
  matrix = stored;
});

const errorOf = (format: WeightFormat): number =>
  relativeRmse(matrix.values, quantize(matrix.values, matrix.N, matrix.K, format));

const INT4 = weightFormat();

describe('a real layer', () => {
  // Computed apart in NumPy (f64, scales not rounded to f16). For scale, ggml on 24 columns of this matrix, with its search
  // for the best scale: q4_0 .0810 (−8 for the largest weight), q4_1 .0701 (a float minimum), q8_0 .0053.
  test.each([
    ['int4', INT4, 0.0971],
    ['int4 with zero points', { ...INT4, zeroPoint: true }, 0.0809],
    ['int8', { ...INT4, element: 'int8' }, 0.0053],
  ] satisfies [string, WeightFormat, number][])(
    '%s in groups of 32 loses what it must',
    (_, format, expected) => {
      expect(Math.abs(errorOf(format) - expected)).toBeLessThan(1e-4);
    },
  );

  test('smaller groups lose less, and 8 bits less than 4', () => {
    for (const element of ['int4', 'int8'] as const) {
      const errors = ([16, 32, 64, 128, 'K'] as const).map((group) => errorOf({ ...INT4, element, group }));
      expect(errors).toEqual([...errors].sort((a, b) => a - b));
    }
    expect(errorOf({ ...INT4, element: 'int8', group: 'K' })).toBeLessThan(errorOf({ ...INT4, group: 16 }));
  });

  test('what was decoded quantizes to itself', () => {
    const first = dequantize(quantize(matrix.values, matrix.N, matrix.K, { ...INT4, scale: 'f32' }));
    expect(relativeRmse(first, quantize(first, matrix.N, matrix.K, { ...INT4, scale: 'f32' }))).toBeLessThan(
      1e-7,
    );
  });
});
