import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifyQuickly } from '../../bench/engines/verify-quickly.ts';
import type { Gpu } from '../../src/device/gpu.ts';
import { checkFault, PRECISION_CASES } from '../support/check-precision.ts';
import { openDawn } from '../support/dawn.ts';

verifyQuickly();

let gpu: Gpu;
beforeAll(async () => {
  gpu = await openDawn();
});
afterAll(() => {
  gpu.destroy();
});

describe.each(PRECISION_CASES)('$kernel, $fault', (planted) => {
  test('is refused by its single terms, and the kernel without the fault is not', async () => {
    const { right, faulty } = await checkFault(gpu, planted);
    expect(right).toMatchObject({ check: 'precision', outcome: 'passed' });
    expect(faulty).toMatchObject({ check: 'precision', outcome: 'failed' });
    expect(faulty.says).toMatch(/less precision than it declares.* at m = \d+, n = \d+/);
  });
});
