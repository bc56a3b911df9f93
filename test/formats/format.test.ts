import { describe, expect, test } from 'vitest';
import { FormatError } from '../../src/formats/element-names.ts';
import {
  bitsPerWeight,
  checkFormat,
  formatName,
  groupCount,
  groupSize,
  parentCount,
  parentIndex,
  type WeightFormat,
  zeroBits,
} from '../../src/formats/format.ts';
import { isPreset, PRESET_NAMES, PRESETS } from '../../src/formats/presets.ts';

const int4: WeightFormat = {
  element: 'int4',
  group: 32,
  scale: 'f16',
  zeroPoint: false,
  secondLevel: 'none',
  rule: 'amax',
  block: 1,
};

describe('groups', () => {
  test('the last group is short where the size does not divide K', () => {
    expect([1, 31, 32, 33, 64, 97].map((K) => groupCount(int4, K))).toEqual([1, 1, 1, 2, 2, 4]);
  });

  test('a group is never longer than the column', () => {
    expect(groupSize(int4, 20)).toBe(20);
    expect(groupSize({ ...int4, group: 'K' }, 4097)).toBe(4097);
    expect(groupCount({ ...int4, group: 'K' }, 4097)).toBe(1);
  });

  test('256 weights of a column share a value of the second level super', () => {
    const format: WeightFormat = { ...int4, group: 64, scale: 'u6', secondLevel: 'super' };
    // K = 320: five groups, of which the last has a parent of its own.
    expect(parentCount(format, 3, 5)).toBe(6);
    expect([0, 3, 4].map((g) => parentIndex(format, 5, 1, g))).toEqual([2, 2, 3]);
  });

  test('256 groups in a row share a value of the second level double, across columns', () => {
    const format: WeightFormat = { ...int4, scale: 'dynamic8', secondLevel: 'double' };
    expect(parentCount(format, 3, 100)).toBe(2);
    expect([parentIndex(format, 100, 2, 55), parentIndex(format, 100, 2, 56)]).toEqual([0, 1]);
  });
});

describe('sizes', () => {
  const g128 = (element: string): WeightFormat => ({ ...int4, element, group: 128 });
  const of = (preset: string): WeightFormat => PRESETS[preset]!.format;

  test.each([
    // Published: bits a weight, scales included, of formats as their projects store them.
    ['int8 g128', g128('int8'), 8.125],
    ['6 bits g128', g128('int6'), 6.125],
    ['5 bits g128', g128('int5'), 5.125],
    ['int4 g128', g128('int4'), 4.125],
    ['3 bits g128', g128('int3'), 3.125],
    ['2 bits g128', g128('int2'), 2.125],
    ['1 bit g128', g128('bipolar1'), 1.125],
    ['MXFP8', of('mxfp8-e4m3'), 8.25],
    ['MXFP8', of('mxfp8-e5m2'), 8.25],
    ['MXINT8', of('mxint8'), 8.25],
    ['MXFP6', of('mxfp6-e2m3'), 6.25],
    ['MXFP6', of('mxfp6-e3m2'), 6.25],
    ['MXFP4', of('mxfp4'), 4.25],
    ['MXFP4', of('mxfp4-ggml'), 4.25],
    ['NVFP4', of('nvfp4'), 4.5],
    ['NVFP4', of('nvfp4-ggml'), 4.5],
    ['NF4 with f32 absmax', of('bnb-nf4'), 4.5],
    ['Q4_0', of('q4_0'), 4.5],
    ['Q4_1', of('q4_1'), 5],
    ['Q5_0', of('q5_0'), 5.5],
    ['Q5_1', of('q5_1'), 6],
    ['Q8_0', of('q8_0'), 8.5],
    ['Q2_K', of('q2_k'), 2.625],
    ['Q3_K', of('q3_k'), 3.4375],
    // Ten codes in a word of 32 bits; an f16 scale for each 40 of 4096 weights, and for the last 16.
    ['q3f16_1', of('q3f16_1'), 3.2 + (103 * 16) / 4096],
    ['Q4_K', of('q4_k'), 4.5],
    ['Q5_K', of('q5_k'), 5.5],
    ['Q6_K', of('q6_k'), 6.5625],
    ['IQ4_NL', of('iq4_nl'), 4.5],
    ['IQ4_XS', of('iq4_xs'), 4.25],
    ['TQ1_0', of('tq1_0'), 1.6875],
    ['TQ2_0', of('tq2_0'), 2.0625],
    // A stored zero point adds bits / group.
    ['with zero points', { ...int4, zeroPoint: true }, 4.625],
    ['with minima', { ...int4, zeroPoint: 'min' }, 5],
    ['f32 scales', { ...int4, group: 64, scale: 'f32' }, 4.5],
    ['a scale a column', { ...int4, group: 'K' }, 4 + 16 / 4096],
  ] satisfies [string, WeightFormat, number][])('%s', (_, format, bits) => {
    expect(bitsPerWeight(format, 4096)).toBe(bits);
  });

  test('NF4 with double quantization takes 4.127 bits', () => {
    expect(bitsPerWeight(of('bnb-nf4-dq'), 4096)).toBeCloseTo(4.127, 3);
  });

  test('FP6 with one scale a row takes 6.0 bits', () => {
    expect(bitsPerWeight(of('quantllm-fp6'), 4096)).toBeCloseTo(6, 2);
  });

  test('a short last group costs a whole scale', () => {
    expect(bitsPerWeight(int4, 33)).toBe(4 + (2 * 16) / 33);
  });

  test('zero points lie in whole powers of two in a kernel’s buffer', () => {
    const widths = ['int3', 'uint4', 'int5', 'uint8'].map((element) => zeroBits({ ...int4, element }));
    expect(widths).toEqual([4, 4, 8, 8]);
  });
});

describe('what goes together', () => {
  const refusal = (format: Partial<WeightFormat>): string => {
    try {
      checkFormat({ ...int4, ...format });
    } catch (error) {
      if (error instanceof FormatError) return error.message;
      throw error;
    }
    return 'accepted';
  };

  test.each([
    [{ element: 'e2m1', zeroPoint: true }, 'e2m1 is no integer: a stored zero point needs one'],
    [{ element: 'nf4', zeroPoint: 'minus-one' }, 'nf4 is no integer'],
    [{ scale: 'u6' }, 'Scales of type u6 and the second level none do not go together'],
    [{ secondLevel: 'super' }, 'Scales of type f16 and the second level super do not go together'],
    [{ scale: 'dynamic8' }, 'dynamic8 and the second level double go together, and only together'],
    [{ secondLevel: 'double' }, 'dynamic8 and the second level double go together, and only together'],
    [{ scale: 'one' }, 'Scales of type one store nothing: they need the second level tensor.'],
    [{ scale: 'u6', secondLevel: 'super', group: 40 }, 'the group must divide that, and is 40'],
    [{ scale: 'u6', secondLevel: 'super', group: 'K' }, 'the group must divide that, and is K'],
    [{ secondLevel: 'tensor', zeroPoint: 'min' }, 'Minima and the second level tensor do not go together'],
  ] satisfies [Partial<WeightFormat>, string][])('%o is refused', (format, message) => {
    expect(refusal(format)).toContain(message);
  });

  test('every preset is accepted', () => {
    const refusals = PRESET_NAMES.map((name) => refusal(PRESETS[name]!.format));
    expect(refusals).toEqual(PRESET_NAMES.map(() => 'accepted'));
  });
});

test('names say the element, the zero point, the group and what else differs', () => {
  expect(formatName(int4)).toBe('int4-g32');
  expect(formatName({ ...int4, element: 'uint8', group: 'K', scale: 'f32', zeroPoint: true })).toBe(
    'uint8z-gK-f32',
  );
  expect(formatName({ ...int4, element: 'e2m1', group: 16, scale: 'ue4m3', secondLevel: 'tensor' })).toBe(
    'e2m1-g16-ue4m3-tensor',
  );
  expect(formatName(PRESETS['q4_k']!.format)).toBe('q4_k');
});

test('the presets that were asked for exist', () => {
  const names = [
    'mxfp4 mxfp6-e2m3 mxfp6-e3m2 mxfp8-e4m3 mxfp8-e5m2 mxint8 nvfp4 nvfp4-4over6',
    'q4_0 q4_1 q5_0 q5_1 q8_0 q2_k q3_k q4_k q5_k q6_k iq4_nl iq4_xs tq1_0 tq2_0 q1_0 q2_0',
    'gptq2 gptq3 gptq4 gptq8 gptq4-v2 awq ort2 ort4 ort8 q4f16_1 q3f16_1',
    'bnb-nf4 bnb-fp4 bnb-nf4-dq quantllm-fp6 quantllm-fp5 i2_s',
  ].flatMap((line) => line.split(' '));
  expect(names.filter((name) => !isPreset(name))).toEqual([]);
});
