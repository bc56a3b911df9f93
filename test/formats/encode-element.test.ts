import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { codesByValue, decodeElement, type Element, elementValues } from '../../src/formats/element.ts';
import { ELEMENT_NAMES, parseElement } from '../../src/formats/element-names.ts';
import { elementEncoder } from '../../src/formats/encode-element.ts';
import { encodeSmallFloat } from '../../src/formats/float-element.ts';

/** Floats of other shapes than the named ones, and tables whose codes are in no order. */
const OTHERS = [
  'e3m4:top=ieee',
  'e4m3:top=nan,overflow=infinity',
  'e5m2:top=ieee,overflow=infinity',
  'e3m0',
  'e2m3:bias=-3',
  'table:3,-1,0.1,7,7,-1',
  'table:0,0',
  'table:5,10,2',
];

const encodeElement = (element: Element, value: number): number => elementEncoder(element)(value);

/** What a value becomes: decoded from its code. */
const rounded = (name: string, value: number): number =>
  decodeElement(parseElement(name), encodeElement(parseElement(name), value));

describe('published encodings', () => {
  // OCP MX 1.0: nearest, ties to even, saturating.
  test.each([
    [0.25, 0],
    [0.75, 1],
    [1.25, 1],
    [1.75, 2],
    [2.5, 2],
    [3.5, 4],
    [5, 4],
    [5.01, 6],
    [7, 6],
    [Infinity, 6],
  ])('E2M1: ±%d becomes ±%d', (value, expected) => {
    expect(rounded('e2m1', value)).toBe(expected);
    expect(rounded('e2m1', -value)).toBe(-expected);
  });

  test('E2M1: −0 keeps its sign', () => {
    expect(encodeElement(parseElement('e2m1'), -0)).toBe(8);
  });

  test.each([
    ['e4m3', 464, 448],
    ['e4m3', 465, 448],
    ['e4m3', Infinity, 448],
    ['e4m3:top=nan,overflow=infinity', 464, 448],
    ['e4m3:top=nan,overflow=infinity', 465, NaN],
    ['e4m3', 2 ** -10, 0],
    ['e4m3', 3 * 2 ** -10, 2 ** -8],
    ['e4m3', 0.0176, 2 ** -6 * 1.125],
    ['e5m2', 61440, 57344],
    ['e5m2', 60928, 57344],
    ['e5m2:top=ieee,overflow=infinity', 61440, Infinity],
    ['e5m2:top=ieee,overflow=infinity', 60928, 57344],
    ['e5m2:top=ieee,overflow=infinity', -Infinity, -Infinity],
  ])('%s: %d becomes %d', (name, value, expected) => {
    expect(rounded(name, value)).toBe(expected);
  });

  test('NaN becomes the float’s NaN, or the largest value where there is none', () => {
    const names = ['e4m3', 'e5m2', 'e2m1', 'int4', 'ternary', 'nf4'];
    expect(names.map((name) => rounded(name, NaN))).toEqual([NaN, NaN, 6, 7, 1, 1]);
    expect(names.map((name) => elementEncoder(parseElement(name))(NaN))).toEqual(
      names.map((name) => encodeElement(parseElement(name), NaN)),
    );
  });
});

describe('ties', () => {
  test.each([
    // To the even multiple of the step, whatever the code.
    [
      'int4',
      [
        [0.5, 0],
        [1.5, 2],
        [-0.5, 0],
        [-1.5, -2],
      ],
    ],
    [
      'ternary',
      [
        [0.5, 0],
        [-0.5, 0],
      ],
    ],
    [
      'int4-mlc',
      [
        [0.5, 0],
        [1.5, 2],
      ],
    ],
    [
      'int8-mx',
      [
        [0.5 / 64, 0],
        [1.5 / 64, 2 / 64],
      ],
    ],
    // Odd numbers have no even multiple: to the even code, of −7, −3, 1 and 5.
    [
      'bipolar3',
      [
        [0, 1],
        [2, 1],
        [-2, -3],
        [4, 5],
        [-6, -7],
      ],
    ],
    // Codes 6 (1/6) and 7 (1/4), 4 (1/3) and 5 (1/2): the even one is the lower.
    [
      'fp4-bnb',
      [
        [(Math.fround(1 / 6) + 1 / 4) / 2, Math.fround(1 / 6)],
        [(Math.fround(1 / 3) + 1 / 2) / 2, Math.fround(1 / 3)],
      ],
    ],
    // Codes 1 (0) and 0 (2): the even one is the upper; codes 2 (4) and 0 (2): the lower value.
    [
      'table:2,0,4',
      [
        [1, 2],
        [3, 2],
      ],
    ],
  ] satisfies [string, [number, number][]][])('%s', (name, cases) => {
    for (const [value, expected] of cases) expect(rounded(name, value)).toBe(expected);
  });

  test('of equal values the lowest code is taken', () => {
    const element = parseElement('table:3,-1,0.1,7,7,-1');
    expect([7, -1, 100].map((value) => encodeElement(element, value))).toEqual([3, 1, 3]);
  });
});

/** Codes whose value no lower code has; the two zeros of a float are told apart. */
const distinctCodes = (element: Element): number[] => {
  const values = [...elementValues(element)];
  return codesByValue(element)
    .map(({ code }) => code)
    .filter((code) =>
      element.kind === 'float' ? true : values.findIndex((value) => value === values[code]) === code,
    );
};

/** The distance to the nearest value, looking at each. */
const nearestDistance = (element: Element, value: number): number =>
  Math.min(...codesByValue(element).map((each) => Math.abs(each.value - value)));

const number = fc.oneof(
  fc.double({ noNaN: true, min: -4, max: 4 }),
  fc.double({ noNaN: true, min: -130, max: 130 }),
  fc.double({ noNaN: true, min: -1e5, max: 1e5 }),
  fc.float({ noNaN: true, noDefaultInfinity: true }),
  fc.integer({ min: -4096, max: 4096 }).map((steps) => steps / 256),
);

describe.each([...ELEMENT_NAMES, ...OTHERS])('%s', (name) => {
  const element = parseElement(name);
  const encode = elementEncoder(element);

  test('the code of a code’s value is that code', () => {
    const codes = distinctCodes(element);
    expect(codes.map((code) => encode(decodeElement(element, code)))).toEqual(codes);
  });

  test('a value gets the nearest code, as looking at each code finds it', () => {
    fc.assert(
      fc.property(number, (value) => {
        const code = encode(value);
        if (element.kind === 'float') expect(encodeSmallFloat(element, value)).toBe(code);
        const decoded = decodeElement(element, code);
        const overflows = element.kind === 'float' && !element.saturates && !Number.isFinite(decoded);
        if (!overflows) expect(Math.abs(decoded - value)).toBe(nearestDistance(element, value));
      }),
      { numRuns: 300 },
    );
  });

  test('half way between two values is one of the two, a little further the nearer one', () => {
    const sorted = codesByValue(element);
    for (let i = 0; i + 1 < sorted.length; i++) {
      const [low, high] = [sorted[i]!.value, sorted[i + 1]!.value];
      if (low === high) continue;
      const middle = (low + high) / 2;
      const little = (high - low) / 1024;
      expect([low, high]).toContain(decodeElement(element, encode(middle)) + 0);
      expect(decodeElement(element, encode(middle - little)) + 0).toBe(low + 0);
      expect(decodeElement(element, encode(middle + little)) + 0).toBe(high + 0);
    }
  });

  test('the ends take whatever is beyond, if it saturates', () => {
    const sorted = codesByValue(element);
    const ends = [1e30, Infinity, -1e30, -Infinity].map((value) => decodeElement(element, encode(value)));
    const [low, high] = [sorted[0]!.value, sorted.at(-1)!.value];
    const saturates = element.kind !== 'float' || element.saturates;
    if (saturates) expect(ends).toEqual([high, high, low, low]);
    else expect(ends.some(Number.isFinite)).toBe(false);
  });
});

test('the nearest-code check finds a code that is one off', () => {
  const element = parseElement('e2m1');
  const wrong = decodeElement(element, encodeElement(element, 2.9) + 1);
  expect(Math.abs(wrong - 2.9)).toBeGreaterThan(nearestDistance(element, 2.9));
});
