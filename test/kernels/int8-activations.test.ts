import { describe, expect, test } from 'vitest';
import { ACT_BLOCK, activationOrder, maskedOrder } from '../../src/kernels/int8-activations.ts';
import { RAGGED } from '../support/ragged-problem.ts';
import { weightFormat } from '../support/weight-format.ts';

const orderOf = (element: string, layout: string, group: number | 'K' = 32): readonly number[] =>
  activationOrder({ ...RAGGED, K: 128, layout, format: weightFormat({ element, group }) });

const natural = Array.from({ length: ACT_BLOCK }, (_, k) => k);
const runs = (first: readonly number[]): number[] => [0, 8, 16, 24].flatMap((k) => first.map((p) => k + p));

describe('the order of quantized activations', () => {
  test('is along K for codes of 8 bits and for codes that no mask takes out', () => {
    expect(orderOf('int8', 'interleaved')).toEqual(natural);
    expect(orderOf('int3', 'stream')).toEqual(natural);
    expect(orderOf('int4', 'marlin')).toEqual(natural);
    expect(orderOf('int5', 'interleaved:planes=1+4')).toEqual(natural);
  });

  test('is the low, then the high half of each byte for codes of 4 bits', () => {
    expect(orderOf('int4', 'interleaved')).toEqual(runs([0, 2, 4, 6, 1, 3, 5, 7]));
    expect(orderOf('int4', 'stream:msb')).toEqual(runs([1, 3, 5, 7, 0, 2, 4, 6]));
  });

  test('is along K where the layout is made for dot products', () => {
    expect(orderOf('int4', 'stream:order=dp4a')).toEqual(natural);
  });

  test('takes every fourth code of 16 for codes of 2 bits, and every eighth of 32 for single bits', () => {
    expect(orderOf('int2', 'interleaved').slice(0, 8)).toEqual([0, 4, 8, 12, 1, 5, 9, 13]);
    expect(orderOf('int2', 'interleaved').slice(16, 20)).toEqual([16, 20, 24, 28]);
    expect(orderOf('int1', 'interleaved').slice(0, 8)).toEqual([0, 8, 16, 24, 1, 9, 17, 25]);
  });

  test('has every k of the block once', () => {
    for (const element of ['int1', 'int2', 'int4', 'int8']) {
      for (const layout of ['interleaved', 'stream:msb', 'interleaved:order=70615243']) {
        expect([...orderOf(element, layout)].sort((a, b) => a - b)).toEqual(natural);
      }
    }
  });

  test('keeps codes of different scales apart', () => {
    expect(orderOf('int2', 'interleaved', 8)).toEqual(natural);
    expect(orderOf('int1', 'interleaved', 16)).toEqual(natural);
    expect(orderOf('int4', 'interleaved', 4)).toEqual(natural);
    expect(orderOf('int4', 'interleaved', 8)).toEqual(runs([0, 2, 4, 6, 1, 3, 5, 7]));
  });

  test('is given up where single codes have addresses', () => {
    const format = weightFormat();
    expect(maskedOrder({ ...RAGGED, layout: 'marlin', format })).toBeUndefined();
  });
});
