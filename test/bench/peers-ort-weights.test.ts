import { describe, expect, it } from 'vitest';
import { ortWeights } from '../../bench/peers/ort-weights.ts';
import { range } from '../../src/base/integers.ts';
import type { WeightFormat } from '../../src/formats/format.ts';
import { assembleQuantized, type QuantizedWeights } from '../../src/formats/quantized.ts';

const INT4: WeightFormat = {
  element: 'int4',
  group: 16,
  scale: 'f16',
  zeroPoint: false,
  secondLevel: 'none',
  rule: 'amax',
  block: 1,
};

/** Two columns of 32 weights: codes 0 … 15 and 15 … 0, with scales 1, 0.5 and 2, 0.25 as f16. */
function twoColumns(): QuantizedWeights {
  const up = range(16);
  const down = up.map((code) => 15 - code);
  const codes = Uint8Array.from([...up, ...down, ...down, ...up]);
  return assembleQuantized(INT4, 2, 32, codes, { scales: Uint32Array.of(0x3c00, 0x3800, 0x4000, 0x3400) });
}

const UP = [0x10, 0x32, 0x54, 0x76, 0x98, 0xba, 0xdc, 0xfe];
const DOWN = [0xef, 0xcd, 0xab, 0x89, 0x67, 0x45, 0x23, 0x01];

describe('our weights for MatMulNBits', () => {
  it('have the codes of a column along K, the low half of a byte first', () => {
    const { B, bits, block } = ortWeights(twoColumns(), 'f32');
    expect([...B]).toEqual([...UP, ...DOWN, ...DOWN, ...UP]);
    expect({ bits, block }).toEqual({ bits: 4, block: 16 });
  });

  it('store no zero points: 8, which our codes have, is the default of 4 bits', () => {
    expect(ortWeights(twoColumns(), 'f32').zeroPoints).toBeUndefined();
  });

  it('have scales of the type of the activations', () => {
    const single = ortWeights(twoColumns(), 'f32').scales;
    expect([...new Float32Array(single.slice().buffer)]).toEqual([1, 0.5, 2, 0.25]);
    const half = ortWeights(twoColumns(), 'f16').scales;
    expect([...new Uint16Array(half.slice().buffer)]).toEqual([0x3c00, 0x3800, 0x4000, 0x3400]);
  });

  it('are refused where f16 has no such scale, for then both would not multiply the same numbers', () => {
    const bits = new Uint32Array(Float32Array.of(0.1, 1, 1, 1).buffer);
    const weights = assembleQuantized({ ...INT4, scale: 'f32' }, 2, 32, twoColumns().codes, { scales: bits });
    expect(() => ortWeights(weights, 'f32')).not.toThrow();
    expect(() => ortWeights(weights, 'f16')).toThrow(RangeError);
  });

  it('are refused where the operator has no such format', () => {
    const weights = assembleQuantized({ ...INT4, element: 'int3' }, 2, 32, new Uint8Array(64), {
      scales: new Uint32Array(4).fill(0x3c00),
    });
    expect(() => ortWeights(weights, 'f32')).toThrow(/MatMulNBits/);
  });
});
