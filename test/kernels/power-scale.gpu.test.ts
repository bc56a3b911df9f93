import { afterAll, beforeAll, expect, test } from 'vitest';
import { verifyQuickly } from '../../bench/engines/verify-quickly.ts';
import type { Gpu } from '../../src/device/gpu.ts';
import { openDawn } from '../support/dawn.ts';
import {
  dropLeastScale,
  multiplyByLeastScale,
  POWER_SCALE_CASES,
  powerScaleDifferences,
} from './power-scale-products.ts';

verifyQuickly();

let gpu: Gpu;
beforeAll(async () => {
  gpu = await openDawn();
});
afterAll(() => {
  gpu.destroy();
});

test('every kernel multiplies by scales from 2⁻¹²⁷ to 2¹²⁷, exactly', async () => {
  expect(await powerScaleDifferences(gpu, POWER_SCALE_CASES)).toEqual([]);
});

test('a least scale taken for 0 is found', async () => {
  const [first] = POWER_SCALE_CASES;
  expect(await powerScaleDifferences(gpu, [first!], dropLeastScale)).toEqual([
    expect.stringMatching(/ differ, /),
  ]);
});

test('a device that keeps subnormals may multiply by the least scale itself', async () => {
  const [first] = POWER_SCALE_CASES;
  expect(await powerScaleDifferences(gpu, [first!], multiplyByLeastScale)).toEqual([]);
});
