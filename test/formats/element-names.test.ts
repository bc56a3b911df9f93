import { describe, expect, test } from 'vitest';
import { ELEMENT_NAMES, FormatError, parseElement } from '../../src/formats/element-names.ts';

const refusal = (name: string): string => {
  try {
    parseElement(name);
  } catch (error) {
    if (error instanceof FormatError) return error.message;
    throw error;
  }
  return 'accepted';
};

const table = (values: readonly (number | string)[]): string => `table:${values.join(',')}`;

describe('free floats', () => {
  test('take their bias from the exponent and end with numbers, unless told otherwise', () => {
    expect(parseElement('e3m4')).toEqual({
      kind: 'float',
      bits: 8,
      exponentBits: 3,
      mantissaBits: 4,
      bias: 3,
      top: 'finite',
      saturates: true,
    });
    expect(parseElement('e3m4:bias=-2,top=ieee,overflow=infinity')).toMatchObject({
      bias: -2,
      top: 'ieee',
      saturates: false,
    });
  });

  test.each([
    ['e0m3', 'e0m3 has 4 bits and 0 of exponent: at least 1 of exponent and at most 8 in all can be had.'],
    ['e5m3', 'e5m3 has 9 bits'],
    ['e9m0', 'e9m0 has 10 bits'],
    ['e2m1:bias=x', '"bias=x" is no option of a float'],
    ['e2m1:bias=100', '"bias=100" is no option'],
    ['e2m1:top=all', '"top=all" is no option of a float: there are bias=NUMBER, top=finite|ieee|nan'],
    ['e2m1:overflow=wrap', '"overflow=wrap" is no option'],
    ['e2m1:rounding=up', '"rounding=up" is no option'],
    ['e2m1:bias=45', 'with bias 45 the values reach from 2^-45 to 2^-41; they must stay within 2^±40'],
    ['e7m0', 'they must stay within 2^±40'],
    ['e4m0:top=nan', 'top=nan needs a mantissa bit'],
    ['e1m2:top=ieee', 'top=ieee leaves a 1-bit exponent nothing but subnormals'],
    ['e2m1:overflow=infinity', 'overflow=infinity needs a code to stand for it'],
    ['E2M1', 'There is no element "E2M1": there are int1, '],
    ['int9', 'There is no element "int9"'],
    ['', 'There is no element ""'],
  ])('%s is refused', (name, message) => {
    expect(refusal(name)).toContain(message);
  });
});

describe('tables', () => {
  test('have 2 to 256 values, each as often as one likes', () => {
    expect(parseElement(table([1, 1, -0.5]))).toMatchObject({ bits: 2, values: [1, 1, -0.5] });
    expect(parseElement(table(Array.from({ length: 256 }, (_, i) => i)))).toMatchObject({ bits: 8 });
  });

  test.each([
    [table([1]), 'The table has 1 values: it must have 2 to 256.'],
    [table(Array.from({ length: 257 }, (_, i) => i)), 'The table has 257 values'],
    ['table:', 'Value 0 of the table is "": each must be a finite f32.'],
    [table([1, 'NaN']), 'Value 1 of the table is "NaN"'],
    [table([1, 2, 'Infinity']), 'Value 2 of the table is "Infinity"'],
    [table([1, '1e39']), 'Value 1 of the table is "1e39"'],
    [table([1, '', 2]), 'Value 1 of the table is ""'],
    [table([1, 'one']), 'Value 1 of the table is "one"'],
    [table([1, '1e-40']), '1e-40 is a subnormal f32, which GPUs may read as 0'],
  ])('%.40s is refused', (name, message) => {
    expect(refusal(name)).toContain(message);
  });
});

test('what is not refused is accepted', () => {
  expect(ELEMENT_NAMES.map(refusal)).toEqual(ELEMENT_NAMES.map(() => 'accepted'));
});
