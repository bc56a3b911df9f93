import { describe, expect, test } from 'vitest';
import { PRESET_NAMES, PRESETS } from '../../src/formats/presets.ts';
import { DEFAULT_SPEC, formatFields, formatOf, parseSpec, SpecError } from '../../src/io/spec.ts';

const message = (value: unknown): string => {
  try {
    parseSpec(value);
  } catch (error) {
    if (error instanceof SpecError) return error.message;
    throw error;
  }
  return 'accepted';
};

describe('parseSpec', () => {
  test('the default card and a user’s own WGSL are valid', () => {
    expect(parseSpec({ ...DEFAULT_SPEC })).toEqual(DEFAULT_SPEC);
    const edited = { ...DEFAULT_SPEC, wgsl: '@compute fn main() {}', group: 'K', params: { BM: 64 } };
    expect(parseSpec(JSON.parse(JSON.stringify(edited)))).toEqual(edited);
  });

  test.each([
    [{ m: 0 }, 'm is 0: it must be a whole number from 1 to 1048576.'],
    [{ m: 1.5 }, 'm is 1.5: it must be a whole number from 1 to 1048576.'],
    [{ n: -2.5 }, 'n is -2.5: it must be a whole number from 1 to 1048576.'],
    [{ k: NaN }, 'k is NaN: it must be a whole number from 1 to 1048576.'],
    [{ k: '512' }, 'k is "512": it must be a whole number from 1 to 1048576.'],
    [{ n: 1048577 }, 'n is 1048577: it must be a whole number from 1 to 1048576.'],
    [{ format: 7 }, 'format is 7: it must be text of at most 8192 characters.'],
    [{ group: 0 }, 'group is 0: it must be a whole number from 1 to 1048576 or "K".'],
    [{ group: 'k' }, 'group is "k": it must be a whole number from 1 to 1048576 or "K".'],
    [
      { scale: null },
      'scale is null: it must be one of f16, f32, bf16, e8m0, ue4m3, ue5m3, u4, u6, i6, i8, dynamic8, one.',
    ],
    [{ zeroPoint: 1 }, 'zeroPoint is 1: it must be true, false, "minus-one" or "min".'],
    [{ zeroPoint: 'less' }, 'zeroPoint is "less": it must be true, false, "minus-one" or "min".'],
    [{ secondLevel: 'third' }, 'secondLevel is "third": it must be one of none, tensor, super, double.'],
    [
      { rule: 'best' },
      'rule is "best": it must be one of amax, floor, ceil, least-squares, four-over-six, mean, ggml.',
    ],
    [{ activation: 'u8' }, 'activation is "u8": it must be one of f32, f16, i8.'],
    [{ accumulator: 'i32' }, 'accumulator is "i32": it must be one of f32, f16.'],
    [{ epilogue: 'relu' }, 'epilogue is "relu": it must be one of none, bias, gelu, silu.'],
    [{ output: 'bf16' }, 'output is "bf16": it must be one of f32, f16.'],
    [{ weights: 'sampleuse' }, 'weights is "sampleuse": it must be random, sample:NAME or FILE#TENSOR.'],
    [{ kernel: '' }, 'kernel is "": it must be the name of a kernel or auto.'],
    [{ params: 'BM=64' }, 'params is "BM=64": it must be an object.'],
    [{ params: { BM: -1 } }, 'params.BM is -1: it must be a whole number from 0 to 65536.'],
    [{ seed: 2 ** 32 }, 'seed is 4294967296: it must be a whole number from 0 to 4294967295.'],
    [{ wgsl: 7 }, 'wgsl is 7: it must be text.'],
  ])('%o is named with what it holds and what is allowed', (fields, expected) => {
    expect(message({ ...DEFAULT_SPEC, ...fields })).toBe(expected);
  });

  test('outputs are f32 where a spec from before does not say', () => {
    const old = Object.entries(DEFAULT_SPEC).filter(([field]) => field !== 'output');
    expect(parseSpec(Object.fromEntries(old))).toEqual({ ...DEFAULT_SPEC, output: 'f32' });
  });

  test('every wrong field is named', () => {
    expect(message({ ...DEFAULT_SPEC, m: 0, cache: 'warm' })).toBe(
      'm is 0: it must be a whole number from 1 to 1048576. cache is "warm": it must be one of hot, cold.',
    );
  });

  test('a missing field is named', () => {
    const rest = Object.entries(DEFAULT_SPEC).filter(([field]) => field !== 'seed');
    expect(message(Object.fromEntries(rest))).toBe('seed is missing.');
  });

  test('an unknown field is named, with the fields that there are', () => {
    expect(message({ ...DEFAULT_SPEC, grup: 32 })).toMatch(
      /^There is no field grup\. The fields of a spec are m, n, k, weights, format, group, .*wgsl\.$/,
    );
  });

  test.each([
    [undefined, 'undefined'],
    [null, 'null'],
    [7, '7'],
    ['m', '"m"'],
  ])('%o is no spec', (value, spelled) => {
    expect(message(value)).toBe(`The spec is ${spelled}: it must be an object.`);
  });

  test('a long value is cut', () => {
    expect(message({ ...DEFAULT_SPEC, format: 'x'.repeat(1e6) }).length).toBeLessThan(150);
  });
});

describe('an element, a preset or a layout that there is not', () => {
  test.each([
    // A preset that there is not is taken for an element.
    [
      { format: 'int9' },
      /^There is no element "int9": there are int1, int2, .*nf4.*, and eXmY:.* Presets are mxfp4, .*q4_k/,
    ],
    [{ format: 'q4_z' }, /^There is no element "q4_z": there are int1, /],
    [{ format: 'constructor' }, /^There is no element "constructor"/],
    [{ format: 'e9m9' }, /^e9m9 has 19 bits and 9 of exponent: /],
    [{ format: 'e4m3:top=open' }, /^"top=open" is no option of a float: there are bias=NUMBER, /],
    [{ format: 'table:1' }, /^The table has 1 values: it must have 2 to 256\./],
    [
      { layout: 'zigzag' },
      /^There is no layout "zigzag": there are interleaved, stream, .*, and .*local\(1,4\)/,
    ],
    [{ layout: 'stream:lsb' }, /^"lsb" changes no layout: there are msb, /],
  ])('%o is told with what there is', (fields, expected) => {
    expect(message({ ...DEFAULT_SPEC, ...fields })).toMatch(expected);
  });
});

describe('choices that do not go together', () => {
  test.each([
    [{ format: 'nf4', zeroPoint: true }, 'nf4 is no integer: a stored zero point needs one'],
    [{ format: 'e2m1', zeroPoint: 'minus-one' }, 'e2m1 is no integer'],
    [
      { scale: 'u6' },
      'u4, u6, i6 and i8 are multiples of an f16 of the second level super, and only they are.',
    ],
    [{ secondLevel: 'super' }, 'Scales of type f16 and the second level super do not go together'],
    [{ secondLevel: 'double' }, 'dynamic8 and the second level double go together, and only together.'],
    [{ scale: 'dynamic8' }, 'dynamic8 and the second level double go together, and only together.'],
    [{ scale: 'one' }, 'Scales of type one store nothing: they need the second level tensor.'],
    [{ scale: 'u6', secondLevel: 'super', group: 48 }, 'the group must divide that, and is 48.'],
    [{ scale: 'u6', secondLevel: 'super', group: 'K' }, 'the group must divide that, and is K.'],
    [{ secondLevel: 'tensor', zeroPoint: 'min' }, 'Minima and the second level tensor do not go together'],
  ])('%o are refused with the reason', (fields, reason) => {
    expect(message({ ...DEFAULT_SPEC, ...fields })).toContain(reason);
  });

  test.each([
    { format: 'nf4', zeroPoint: 'min' },
    { format: 'uint4', zeroPoint: 'min', scale: 'u6', secondLevel: 'super' },
    { format: 'e2m1', scale: 'ue4m3', secondLevel: 'tensor', group: 16 },
    { format: 'nf4', scale: 'dynamic8', secondLevel: 'double', group: 64 },
    { format: 'e3m2:bias=5,top=nan', layout: 'local(1,4).spatial(8,1).local(1,8)' },
    { format: 'table:-1,0,0.5,2', rule: 'least-squares' },
  ])('%o are accepted', (fields) => {
    expect(parseSpec({ ...DEFAULT_SPEC, ...fields })).toEqual({ ...DEFAULT_SPEC, ...fields });
  });
});

describe('a spec from before second levels and rules', () => {
  test('reads with none and amax', () => {
    const { secondLevel, rule, ...old } = DEFAULT_SPEC;
    expect([secondLevel, rule]).toEqual(['none', 'amax']);
    expect(parseSpec(old)).toEqual(DEFAULT_SPEC);
  });
});

describe('a preset', () => {
  test.each([
    ['mxfp4', { group: 32, scale: 'e8m0', zeroPoint: false, secondLevel: 'none', rule: 'floor' }],
    ['q4_k', { group: 32, scale: 'u6', zeroPoint: 'min', secondLevel: 'super', rule: 'ggml' }],
    ['nvfp4', { group: 16, scale: 'ue4m3', zeroPoint: false, secondLevel: 'tensor', rule: 'amax' }],
    ['gptq4', { group: 128, scale: 'f16', zeroPoint: 'minus-one', secondLevel: 'none', rule: 'amax' }],
    ['quantllm-fp6', { group: 'K', scale: 'f16', zeroPoint: false, secondLevel: 'none', rule: 'amax' }],
  ])('%s determines every other field of the format', (format, parts) => {
    const spec = parseSpec({ ...DEFAULT_SPEC, format, zeroPoint: 'min', group: 7 });
    expect(spec).toEqual({ ...DEFAULT_SPEC, format, ...parts });
    expect(formatOf(spec)).toBe(PRESETS[format]!.format);
  });

  test.each(PRESET_NAMES)('%s is named by its own name', (name) => {
    const { format } = PRESETS[name]!;
    expect(formatFields(format).format).toBe(name);
    expect(formatOf(formatFields(format))).toEqual(format);
  });
});

test('the weight format is what the spec’s six fields say', () => {
  const fields = { format: 'uint8', group: 'K', scale: 'f32', zeroPoint: true, rule: 'mean' } as const;
  expect(formatOf({ ...DEFAULT_SPEC, ...fields })).toEqual({
    element: 'uint8',
    group: 'K',
    scale: 'f32',
    zeroPoint: true,
    secondLevel: 'none',
    rule: 'mean',
    block: 1,
  });
  expect(formatFields(formatOf({ ...DEFAULT_SPEC, ...fields }))).toEqual({ ...fields, secondLevel: 'none' });
});
