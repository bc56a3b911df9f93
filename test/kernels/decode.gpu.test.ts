import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifyQuickly } from '../../bench/engines/verify-quickly.ts';
import type { Gpu } from '../../src/device/gpu.ts';
import { openGpu } from '../../src/device/open-gpu.ts';
import { PRESET_NAMES } from '../../src/formats/presets.ts';
import { dawn, openDawn } from '../support/dawn.ts';
import { withoutFeature } from '../support/without-feature.ts';
import {
  elementCase,
  ELEMENTS,
  halfCase,
  halfCodes,
  halfScaleCases,
  layoutCases,
  LAYOUTS,
  presetCase,
  SCALE_FORMATS,
  scaleCase,
} from './decode-cases.ts';
import { difference, differences } from './decode-difference.ts';
import { DECODE_FAULTS } from './decode-faults.ts';

verifyQuickly();

let gpu: Gpu;
beforeAll(async () => {
  gpu = await openDawn();
});
afterAll(() => {
  gpu.destroy();
});

describe('decoding on the device gives what the CPU gives, bit for bit:', () => {
  test('every code of every element', async () => {
    expect(await differences(gpu, ELEMENTS.map(elementCase))).toEqual([]);
  });

  test('every code that is exact in f16, kept in f16', async () => {
    expect(await differences(gpu, ELEMENTS.map(halfCase))).toEqual([]);
  });

  test.each(LAYOUTS)('every width that %s takes', async (layout) => {
    expect(await differences(gpu, layoutCases(layout))).toEqual([]);
  });

  test.each([12, 33, 'K'] as const)('groups of %s, which need not end with a run', async (group) => {
    const cases = ['interleaved', 'stream', 'marlin'].flatMap((layout) =>
      layoutCases(layout, group, ['int3', 'int4', 'e2m1', 'uint8']),
    );
    expect(await differences(gpu, cases)).toEqual([]);
  });

  test('every scale, zero point and minimum', async () => {
    const cases = SCALE_FORMATS.map((format) => scaleCase(format));
    expect(await differences(gpu, cases)).toEqual([]);
  });

  test('every f16, as a scale and as a minimum', async () => {
    expect(await differences(gpu, halfScaleCases())).toEqual([]);
  });

  test('random blocks of every preset', async () => {
    expect(await differences(gpu, PRESET_NAMES.map(presetCase))).toEqual([]);
  });
});

test('only elements with more range or bits than f16 have codes that are not kept in it', () => {
  const leftOut = ELEMENTS.map((element) => [element, halfCodes(element).others.length] as const);
  const named = leftOut.filter(([element, count]) => count > 0 && !element.includes(':'));
  // 2^16 and 1.5 · 2^16 and the subnormal 2^-15; three subnormals below 2^-14, with both signs; of the
  // tables only ±1, ±1/2, ±1/4 and 0 have so few bits.
  expect(Object.fromEntries(named)).toEqual({ e5m1: 6, e5m2: 6, nf4: 13, 'fp4-bnb': 8 });
});

describe('on a device without shader-f16', () => {
  let plain: Gpu;
  beforeAll(async () => {
    plain = await openGpu(withoutFeature(dawn(), 'shader-f16'), 'auto');
  });
  afterAll(() => {
    plain.destroy();
  });

  test('f16 is refused, and f32 gives the same', async () => {
    expect(gpu.caps.shaderF16).toBe(true);
    expect(plain.caps.shaderF16).toBe(false);
    expect(await difference(plain, halfCase('int4'))).toMatch(/lacks the feature shader-f16/);
    const elements = ['int3', 'int4', 'uint8', 'bipolar5', 'ternary', 'e2m1', 'e5m2', 'nf4'];
    const presets = ['q4_0', 'q4_k', 'q6_k', 'nvfp4', 'mxfp8-e5m2', 'gptq3', 'bnb-nf4-dq', 'i2_s'];
    const layouts = ['stream:order=dp4a', 'interleaved:planes=2+4', 'marlin'];
    expect(
      await differences(plain, [
        ...elements.map(elementCase),
        ...presets.map(presetCase),
        ...layouts.flatMap((layout) => layoutCases(layout, 24, ['int4', 'int6'])),
      ]),
    ).toEqual([]);
  });
});

test.each(DECODE_FAULTS)('%s is found', async (_, makeCase, change) => {
  expect(await difference(gpu, makeCase(), change)).toMatch(/^.*: \d+ of \d+ differ/);
});
