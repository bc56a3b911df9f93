import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifyQuickly } from '../../bench/engines/verify-quickly.ts';
import type { Gpu } from '../../src/device/gpu.ts';
import { openDawn } from '../support/dawn.ts';
import { attack, KNOWN_MISSES } from '../support/known-misses.ts';

verifyQuickly();

let gpu: Gpu;
beforeAll(async () => {
  gpu = await openDawn();
});
afterAll(() => {
  gpu.destroy();
});

describe.each(KNOWN_MISSES)('$spec.kernel, $faults', (known) => {
  test('is refused by its single terms, and the kernel without the fault is right', async () => {
    const { right, faulty } = await attack(gpu, known);
    expect(right).toMatchObject({ exitCode: 0, failed: [] });
    for (const told of faulty) {
      expect(told).toMatchObject({ exitCode: 2, failed: expect.arrayContaining(['precision']) as string[] });
      expect(told.reason).toMatch(/less precision than it declares.* at m = \d+, n = \d+/);
    }
  });
});
