import { describe, expect, test } from 'vitest';
import { ask } from '../../../src/formats/disagreements/ask.ts';
import { resultsOf } from './results-of.ts';

const results = (name: string, value: string): string[] => Object.values(resultsOf(name, value));

describe('the order', () => {
  test('of bits is low or high first', () => {
    expect(results('6-bit stream', '1,2,3,4')).toEqual(['81 30 10', '04 20 c4']);
    expect(results('5-bit stream', '0,1,2,3,28,29,30,31')[0]).toBe('20 88 c1 bb ff');
  });

  test('of the nibbles in a byte is even low, even high, or by halves', () => {
    expect(results('nibbles', '1,2,3,4')).toEqual(['21 43', '12 34', '31 42']);
  });

  test('of the nibbles in a word is plain or that of AWQ and Marlin', () => {
    expect(results('word order', '0,1,2,3,4,5,6,7')).toEqual(['76543210', '75316420']);
  });

  test('of ternary digits in a byte is that of a fraction or of a number', () => {
    expect(results('ternary', '1,0,-1,1,0')).toEqual(['cf', 'c4']);
    expect(results('TQ1_0', '-1,-1,-1,-1,-1')).toEqual(['00', '00']);
    expect(results('TQ1_0', '0,0,0,0,0')).toEqual(['80', '79']);
    expect(results('TQ1_0', '1,1,1,1,1')).toEqual(['ff', 'f2']);
  });

  test('of ternary codes in a byte is high or low first', () => {
    // Codes 2 1 0 2: 10 01 00 10 and 10 00 01 10.
    expect(results('ternary', '1,0,-1,1')).toEqual(['92', '86']);
  });
});

describe('a whole number', () => {
  test('has six kinds of zero', () => {
    expect(resultsOf('INT4 zero', '5,7')).toEqual({
      'Marlin, ggml Q4_0': '-3',
      'AWQ, GPTQ v2, BitBLAS "original" and "quantized"': '-2',
      'GPTQ v1': '-3',
      'BitBLAS "rescale"': '-2',
      'llm-awq v2': '12',
      'ggml Q4_1': '12',
    });
  });

  test('of 8 bits may or may not be −128, and rounds in two ways', () => {
    expect(results('int8', '-128')).toEqual(['-127', '-127', '-128', '-128']);
    expect(resultsOf('int8', '-2.5')).toMatchObject({
      'microxcaling MXINT8': '-3',
      'OCP MXINT8, gfloat': '-2',
    });
    expect(results('int8', 'inf')).toEqual(['127', '127', '127', '127']);
  });

  test('of 1 bit has three meanings', () => {
    expect([0, 1].map((bit) => results('1 bit', String(bit)))).toEqual([
      ['0', '0', '-1'],
      ['-1', '1', '1'],
    ]);
  });
});

test('rules with the same result are one group', () => {
  const [answer] = ask('INT4 zero', '5,7');
  expect(answer?.groups.map(({ text, rules }) => [text, rules.length])).toEqual([
    ['-3', 2],
    ['-2', 2],
    ['12', 2],
  ]);
  expect(ask('INT4 zero', '5,8')[0]?.groups[0]?.rules).toHaveLength(3);
});
