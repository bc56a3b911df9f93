import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FormatError } from '../../../src/formats/element-names.ts';
import { packQuantllm, unpackQuantllm } from '../../../src/layouts/foreign/quantllm.ts';
import { hex, presetFormat, randomQuantized, steps } from './random-foreign.ts';

const cases = fc
  .record({
    preset: fc.constantFrom('quantllm-fp6' as const, 'quantllm-fp5' as const),
    N: fc.integer({ min: 1, max: 5 }),
    K: steps(8, 5),
    seed: fc.nat(),
  })
  .map(({ preset, N, K, seed }) => ({ preset, weights: randomQuantized(presetFormat(preset), N, K, seed) }));

test('codes follow each other from the top bit down', () => {
  const six = randomQuantized(presetFormat('quantllm-fp6'), 1, 8, 1);
  six.codes.set([1, 2, 3, 4]);
  expect(hex(packQuantllm(six).weights.subarray(0, 3), 2)).toBe('04 20 c4');
  const five = randomQuantized(presetFormat('quantllm-fp5'), 1, 8, 1);
  five.codes.set([1, 2, 3, 4, 5, 6, 7, 8]);
  // 00001 00010 00011 00100 00101 00110 00111 01000
  expect(hex(packQuantllm(five).weights, 2)).toBe('08 86 42 98 e8');
});

test('unpacking returns what was packed', () => {
  fc.assert(
    fc.property(cases, ({ preset, weights }) => {
      expect(unpackQuantllm(preset, packQuantllm(weights), weights.N, weights.K)).toEqual(weights);
    }),
    { numRuns: 40 },
  );
});

describe('broken matrices', () => {
  test('are refused, naming the tensor', () => {
    const weights = new Uint8Array(12);
    const scales = new Uint16Array(2).fill(0x3c00);
    expect(() => unpackQuantllm('quantllm-fp6', { weights, scales }, 3, 8)).toThrow(
      'weights has 12 values: [3, 6] makes 18',
    );
    expect(() => unpackQuantllm('quantllm-fp6', { weights, scales: scales.subarray(1) }, 2, 8)).toThrow(
      'scales has 1 values: [2] makes 2',
    );
    expect(() => unpackQuantllm('quantllm-fp6', { weights, scales: scales.map(() => 0x7c00) }, 2, 8)).toThrow(
      'scales makes a scale of Infinity',
    );
    expect(() => unpackQuantllm('quantllm-fp6', { weights, scales }, 2, 9)).toThrow('K is 9');
    expect(() => unpackQuantllm('quantllm-fp6', { weights, scales }, 2 ** 40, 2 ** 40)).toThrow(FormatError);
  });

  test('other formats have no room', () => {
    expect(() => packQuantllm(randomQuantized(presetFormat('mxfp6-e3m2'), 1, 32, 1))).toThrow(
      /QuantLLM cannot hold mxfp6-e3m2/,
    );
  });
});
