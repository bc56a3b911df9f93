import { describe, expect, test } from 'vitest';
import { PRESETS } from '../../src/formats/presets.ts';
import { assembleQuantized } from '../../src/formats/quantized.ts';
import { formatFields } from '../../src/io/spec.ts';
import { QuantizedSource } from '../../src/lab/quantized-source.ts';
import { weightFormat } from '../support/weight-format.ts';
import { spec } from './specs.ts';

/** One block of Q4_0 a row: scale 1, values −2 … 1, which no quantizer would spread so little. */
const STORED = assembleQuantized(
  PRESETS['q4_0']!.format,
  2,
  32,
  Uint8Array.from({ length: 64 }, (_, i) => 6 + (i % 4)),
  { scales: Uint32Array.of(0x3c00, 0x3c00) },
);

const source = new QuantizedSource({ load: () => Promise.resolve(STORED) });
const stored = { weights: 'model.gguf#layer', n: 2, k: 32 };
const as = (preset: string) => ({ ...stored, ...formatFields(PRESETS[preset]!.format) });

describe('weights that are quantized already', () => {
  test('are used as they are in their own format, at no error', async () => {
    const { weights, quantization } = await source.get(spec(as('q4_0')));
    expect(weights).toBe(STORED);
    // Codes of 4 bits, and an f16 for 32 of them.
    expect(quantization).toEqual({ bitsPerWeight: 4.5, relRmse: 0 });
  });

  test('are used as they are whatever rule would choose their scales', async () => {
    const format = weightFormat({ element: 'uint4', group: 128, zeroPoint: true });
    const own = assembleQuantized(
      format,
      1,
      128,
      new Uint8Array(128),
      { scales: Uint32Array.of(0x3c00) },
      Uint8Array.of(8),
    );
    const { weights } = await new QuantizedSource({ load: () => Promise.resolve(own) }).get(
      spec({ ...stored, n: 1, k: 128, ...formatFields({ ...format, rule: 'least-squares' }) }),
    );
    expect(weights).toBe(own);
  });

  test('are quantized again for another format, which the record says', async () => {
    const other = { ...stored, format: 'bipolar1', group: 'K', scale: 'f16' } as const;
    const { weights, quantization } = await source.get(spec(other));
    expect(weights.format.element).toBe('bipolar1');
    expect(quantization).toMatchObject({ bitsPerWeight: 1.5, requantizedFrom: 'q4_0' });
    // Of −2, −1, 0, 1 each becomes 2 or −2: errors of 0, 1, 2 and 1 against magnitudes of 2, 1, 0 and 1.
    expect(quantization.relRmse).toBeCloseTo(1, 12);
  });

  test('lose nothing where the other format holds every value', async () => {
    const { quantization } = await source.get(
      spec({ ...stored, format: 'table:-2,-1,0,1', group: 'K', scale: 'f32' }),
    );
    expect(quantization).toMatchObject({ relRmse: 0, requantizedFrom: 'q4_0' });
  });

  test('of another shape than asked for are refused', async () => {
    await expect(source.get(spec({ ...as('q4_0'), k: 64 }))).rejects.toThrow('2 × 32');
  });
});
