import { expect, test } from 'vitest';
import { decodeElement } from '../../../src/formats/element.ts';
import { parseElement } from '../../../src/formats/element-names.ts';
import { SCALE_TYPES } from '../../../src/formats/scale-type.ts';

test('bipolar codes of 3 bits are the odd numbers from −7 to 7', () => {
  const element = parseElement('bipolar3');
  expect([0, 1, 2, 3, 4, 5, 6, 7].map((code) => decodeElement(element, code))).toEqual([
    -7, -5, -3, -1, 1, 3, 5, 7,
  ]);
});

test('NVFP4 scales of blocks whose largest values are 10, 3 and 1, in a matrix of 10, are 448, 128 and 44', () => {
  const codec = SCALE_TYPES.ue4m3;
  // The matrix's scale makes 6 · 448 of its largest value.
  const tensor = Math.fround(10 / (6 * 448));
  expect([10, 3, 1].map((amax) => codec.decode(codec.encode(amax / 6 / tensor)))).toEqual([448, 128, 44]);
});
