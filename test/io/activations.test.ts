import { f16round } from '@petamoriken/float16';
import { describe, expect, test } from 'vitest';
import { drawActivations, drawBias, outlierChannels } from '../../src/io/activations.ts';

const [M, K] = [64, 1000];

/** Root mean square of each channel, over the rows. */
function channelRms(values: Float32Array): number[] {
  return Array.from({ length: K }, (_, k) => {
    let sum = 0;
    for (let m = 0; m < M; m++) sum += values[m * K + k]! ** 2;
    return Math.sqrt(sum / M);
  });
}

describe('drawActivations', () => {
  test('values are standard normal, and a seed gives them again', () => {
    const values = drawActivations(1, M, K, 'f32', false);
    const variance = values.reduce((sum, value) => sum + value ** 2, 0) / values.length;
    expect(Math.abs(variance - 1)).toBeLessThan(5 * Math.sqrt(2 / (M * K)));
    expect(drawActivations(1, M, K, 'f32', false)).toEqual(values);
    expect(drawActivations(2, M, K, 'f32', false)).not.toEqual(values);
  });

  test('0.5 % of the channels are 20 times as large, the same ones in every row', () => {
    const channels = outlierChannels(3, K);
    expect(channels.size).toBe(5);
    const plain = drawActivations(3, M, K, 'f32', false);
    const rms = channelRms(drawActivations(3, M, K, 'f32', true));
    channelRms(plain).forEach((usual, k) => {
      expect(rms[k]! / usual).toBeCloseTo(channels.has(k) ? 20 : 1, 4);
    });
    expect(outlierChannels(3, 10).size).toBe(1);
    expect([...outlierChannels(3, 1)]).toEqual([0]);
  });

  test('activations that a GPU is to quantize are f32', () => {
    expect(drawActivations(1, 3, K, 'i8', true)).toEqual(drawActivations(1, 3, K, 'f32', true));
  });

  test('f16 activations are f16 values, none of them subnormal', () => {
    const values = drawActivations(1, 500, K, 'f16', true);
    const tiny = values.filter(
      (value) => value !== f16round(value) || (value !== 0 && Math.abs(value) < 2 ** -14),
    );
    expect(tiny).toHaveLength(0);
    // Some 12 of half a million normal numbers are that small.
    expect(values.includes(0)).toBe(true);
  });
});

describe('drawBias', () => {
  test('values are standard normal, a seed gives them again, and they are no activations', () => {
    const values = drawBias(1, 64 * K);
    const variance = values.reduce((sum, value) => sum + value ** 2, 0) / values.length;
    expect(Math.abs(variance - 1)).toBeLessThan(5 * Math.sqrt(2 / values.length));
    expect(drawBias(1, 10)).toEqual(values.slice(0, 10));
    expect(drawBias(2, 10)).not.toEqual(values.slice(0, 10));
    expect(drawActivations(1, 1, 10, 'f32', false)).not.toEqual(values.slice(0, 10));
  });
});
