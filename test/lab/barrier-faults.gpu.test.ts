import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifyQuickly } from '../../bench/engines/verify-quickly.ts';
import type { Gpu } from '../../src/device/gpu.ts';
import { BARRIER_FAULTS } from '../../src/kernels/barrier-faults.ts';
import { openDawn } from '../support/dawn.ts';
import { catchBarrierFaults } from './catch-barrier-faults.ts';

verifyQuickly();

let gpu: Gpu;
beforeAll(async () => {
  gpu = await openDawn();
});
afterAll(() => {
  gpu.destroy();
});

describe.each([
  ['skinny', BARRIER_FAULTS.map(({ id }) => id)],
  ['dp4a', ['operands are staged over those that other lanes still read']],
] as const)('%s', (kernel, faults) => {
  test(
    'is right, and wrong without barriers, though its outputs are right',
    { timeout: 120_000 },
    async () => {
      const [right, ...faulty] = await catchBarrierFaults(gpu, kernel);
      expect(right).toEqual({ fault: 'right', status: 'ok', outputs: 'right', reason: '' });
      expect(faulty.map(({ fault }) => fault)).toEqual(faults);
      for (const { status, outputs, reason } of faulty) {
        expect({ status, outputs }).toEqual({ status: 'wrong', outputs: 'right' });
        expect(reason).toMatch(
          /two lanes race for workgroup memory: lane \d+ writes \w+(\.\w+|\[\d+\])+ \(line \d+\)/,
        );
      }
    },
  );
});
