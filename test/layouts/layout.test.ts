import { describe, expect, test } from 'vitest';
import { type BitOrder, isPlain, layoutRefusal, piecesOf, planesOf } from '../../src/layouts/layout.ts';
import { parseLayout } from '../../src/layouts/registry.ts';
import { widthsOf } from './known-layouts.ts';

const orderOf = (name: string): BitOrder => parseLayout(name).order;

describe('planes', () => {
  test('are cut from the top bits down, and each begins at a word of the chunk', () => {
    expect(planesOf(orderOf('interleaved:planes=2+4'), 6)).toEqual([
      { width: 2, shift: 4, firstWord: 0 },
      { width: 4, shift: 0, firstWord: 2 },
    ]);
    expect(planesOf(orderOf('interleaved:planes=1+2+3'), 6)).toEqual([
      { width: 1, shift: 5, firstWord: 0 },
      { width: 2, shift: 3, firstWord: 1 },
      { width: 3, shift: 0, firstWord: 3 },
    ]);
  });

  test('are one where a code is not split', () => {
    expect(planesOf(orderOf('interleaved'), 5)).toEqual([{ width: 5, shift: 0, firstWord: 0 }]);
  });
});

describe('the pieces of a code', () => {
  test('are one within a word', () => {
    expect(piecesOf(orderOf('stream'), 4, 3)).toEqual([{ count: 4, fromBit: 0, windowBit: 12 }]);
  });

  // Code 6 of 5 bits is bits 30 … 34 of the run.
  test('end where a word ends', () => {
    expect(piecesOf(orderOf('stream'), 5, 6)).toEqual([
      { count: 2, fromBit: 0, windowBit: 30 },
      { count: 3, fromBit: 2, windowBit: 32 },
    ]);
  });

  // Code 1 of 6 bits, from the top of the bytes: its high two bits are the last two of byte 0, the other four the first of byte 1.
  test('end where a byte ends if the first code is in the high bits', () => {
    expect(piecesOf(orderOf('stream:msb'), 6, 1)).toEqual([
      { count: 4, fromBit: 0, windowBit: 12 },
      { count: 2, fromBit: 4, windowBit: 0 },
    ]);
  });

  // Code 1 has the fifth place in AWQ's order.
  test('lie at the place of the code in the order', () => {
    expect(piecesOf(orderOf('stream:order=awq'), 4, 1)).toEqual([{ count: 4, fromBit: 0, windowBit: 16 }]);
  });
});

describe('an order is plain', () => {
  test.each(['interleaved', 'stream', 'stream:order=01234567', 'marlin', 'local(1,8)'])('in %s', (name) => {
    expect(isPlain(orderOf(name))).toBe(true);
  });
});

describe('an order is not plain', () => {
  test.each(['stream:msb', 'stream:order=awq', 'stream:planes=1+1'])('in %s', (name) => {
    expect(isPlain(orderOf(name))).toBe(false);
  });
});

describe('planes of another width', () => {
  const layout = parseLayout('interleaved:planes=2+4');

  test('are refused, saying both widths', () => {
    expect(layoutRefusal(layout, { bits: 4 })).toBe(
      'the layout interleaved:planes=2+4 splits codes of 6 bits, and these have 4; take planes that add up to it',
    );
    expect(layoutRefusal(layout, { bits: 6 })).toBeUndefined();
  });

  test.each([
    ['interleaved', [1, 2, 3, 4, 5, 6, 7, 8]],
    ['stream:msb,order=awq', [1, 2, 3, 4, 5, 6, 7, 8]],
    ['marlin', [1, 2, 3, 4, 5, 6, 7, 8]],
    ['interleaved:planes=1+4', [5]],
    ['stream:planes=2+1', [3]],
    ['stream:planes=1+2+5', [8]],
  ])('%s takes codes of %j bits', (name, widths) => {
    expect(widthsOf(parseLayout(name))).toEqual(widths);
  });
});
