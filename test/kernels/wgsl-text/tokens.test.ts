import { describe, expect, test } from 'vitest';
import { tokensOf } from '../../../src/kernels/wgsl-text/tokens.ts';

const texts = (wgsl: string): string[] => tokensOf(wgsl).map(({ text }) => text);

describe('tokens', () => {
  test('are names, numbers and symbols, of several characters where they belong together', () => {
    expect(texts('x_1[i0]+=0x1p-3f*1.5e-2h-.5;a->b&&c!=d<<=e++')).toEqual(
      ['x_1', '[', 'i0', ']', '+=', '0x1p-3f', '*', '1.5e-2h', '-', '.5', ';'].concat([
        'a',
        '->',
        'b',
        '&&',
        'c',
        '!=',
        'd',
        '<<=',
        'e',
        '++',
      ]),
    );
  });

  test('that close lists of types stand alone', () => {
    expect(texts('array<vec2<f32>, 4>>1')).toEqual([
      'array',
      '<',
      'vec2',
      '<',
      'f32',
      '>',
      ',',
      '4',
      '>',
      '>',
      '1',
    ]);
  });

  test('have lines and places, and comments, which nest, are none', () => {
    const wgsl = 'a // b\n/* c /* d\n */ e */ f\n\n  größe';
    expect(tokensOf(wgsl).map(({ text, line, start, end }) => [text, line, wgsl.slice(start, end)])).toEqual([
      ['a', 1, 'a'],
      ['f', 3, 'f'],
      ['größe', 5, 'größe'],
    ]);
  });

  test('there are none of a comment without an end', () => {
    expect(() => tokensOf('a /* b /* c */')).toThrow('a comment has no end');
  });
});
