import { describe, expect, test } from 'vitest';
import { resultsFor, resultsOf } from './results-of.ts';

const DEMO = '7,3.5,2.333,.3';

const row = (text: string): string[] => text.split(' ');

describe('the scale of an MX block', () => {
  test.each([
    ['OCP', 'scale 1 → 6 4 2 0.5'],
    ['microxcaling', 'scale 1 → 6 4 2 0.5'],
    // 3.5 is a tie.
    ['ggml', 'scale 1 → 6 3 2 0.5'],
    ['fouroversix', 'scale 2 → 8 4 2 0'],
    // 7 / 6 = 1.1667 is nearest to 1.125; 7 / 1.125 = 6.2 saturates.
    ['NVFP4', 'scale 1.125 → 6.75 3.375 2.25 0.5625'],
    // Mean 3.28325, mean square 16.69572, σ 2.4323: 0.48708 · σ = 1.1847.
    ['Quartet forward', 'scale 1 → 6 3 2 0.5'],
    // 5.25, 2.625, 1.74975 and 0.225 quarters of the range.
    ['Quartet backward', 'scale 1.33333333 → 8 4 2 0'],
  ])('is, in %s, %s', (projects, expected) => {
    expect(resultsFor('MX scale', projects, [DEMO])).toEqual([expected]);
  });

  test('may be asked for the largest value alone', () => {
    expect(resultsFor('MX scale', 'OCP', ['6', '8', '-0.1'])).toEqual([
      'scale 1 → 6',
      'scale 2 → 8',
      'scale 0.015625 → -0.09375',
    ]);
  });
});

describe('the scale codes', () => {
  test('of UE4M3: 0x7F is NaN by OCP and 0 in ggml, whose function gives half of every other', () => {
    expect(resultsOf('UE4M3', '0x7F')).toEqual({
      'OCP bits, gfloat': 'NaN',
      ggml: '0',
      "ggml's function": '0',
    });
    expect(resultsOf('UE4M3', '0x7E')).toEqual({
      'OCP bits, gfloat': '448',
      ggml: '448',
      "ggml's function": '224',
    });
    expect(resultsFor('UE4M3', 'OCP', ['0x0', '0x1', '0x8', '0x38'])).toEqual(row('0 2^-9 0.015625 1'));
  });

  test('of UE5M3: 0xFF is NaN, and was 122880', () => {
    expect(Object.values(resultsOf('UE5M3', '0xFF'))).toEqual(['NaN', '122880']);
    expect(Object.values(resultsOf('UE5M3', '0xFE'))).toEqual(['114688', '114688']);
    expect(Object.values(resultsOf('UE5M3', '1'))).toEqual(['2^-17', '2^-17']);
  });

  test('of E8M0: 0xFF is NaN, infinite or 2^127, and code 0 may be flushed', () => {
    expect(Object.values(resultsOf('E8M0', '0xFF'))).toEqual(['NaN', 'Inf', '2^127', 'indeterminate']);
    expect(resultsOf('E8M0', '0')).toEqual({
      'OCP MX, gfloat': '2^-127',
      ggml: '2^-127',
      "ggml's half function": '2^-128',
      'a GPU that flushes subnormals': '0',
    });
    expect(resultsFor('E8M0', 'OCP', ['127', '0x80'])).toEqual(['1', '2']);
  });
});

describe('a UE4M3 scale', () => {
  test('is 448 in ggml from 248 on', () => {
    const given = ['247', '248', '256', '288', '300', '448', '1000'];
    expect(resultsFor('UE4M3 encode', 'ggml', given)).toEqual(row('240 448 448 448 448 448 448'));
    expect(resultsFor('UE4M3 encode', 'OCP E4M3 (saturating)', given)).toEqual(
      row('240 256 256 288 288 448 448'),
    );
    expect(resultsFor('UE4M3 encode', 'OCP E4M3 (not saturating)', ['464', '465', 'inf'])).toEqual(
      row('448 NaN NaN'),
    );
  });

  test('is rounded half up in ggml, and no subnormal rounds up to a normal number', () => {
    const given = ['1.0625', '1.1875', '0.0009765625', '0.0152', '-1'];
    expect(resultsFor('UE4M3 encode', 'ggml', given)).toEqual(row('1.125 1.25 2^-9 7·2^-9 0'));
    expect(resultsFor('UE4M3 encode', 'OCP E4M3 (saturating)', given)).toEqual(row('1 1.25 0 0.015625 0'));
  });
});
