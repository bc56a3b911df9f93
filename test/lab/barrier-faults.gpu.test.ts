import { afterAll, beforeAll, expect, test } from 'vitest';
import { verifyQuickly } from '../../bench/engines/verify-quickly.ts';
import type { Gpu } from '../../src/device/gpu.ts';
import { BARRIER_FAULTS } from '../faults/barrier-faults.ts';
import { openDawn } from '../support/dawn.ts';
import { catchBarrierFaults, DEEP_SKINNY, reportOf } from './catch-barrier-faults.ts';
import { labOn, listing } from './lab-on.ts';

verifyQuickly();

let gpu: Gpu;
beforeAll(async () => {
  gpu = await openDawn();
});
afterAll(() => {
  gpu.destroy();
});

test('skinny is right as it is', async () => {
  const lab = labOn(() => Promise.resolve(gpu));
  expect(await reportOf(lab, DEEP_SKINNY, 'none', await listing(lab, DEEP_SKINNY))).toEqual({
    ...{ fault: 'none', barriers: 9, status: 'ok', outputs: 'right', reason: '' },
  });
});

test('skinny is wrong without barriers, though its outputs are right', async () => {
  const reports = await catchBarrierFaults(gpu, DEEP_SKINNY);
  expect(reports.map(({ fault }) => fault)).toEqual(BARRIER_FAULTS.map(({ id }) => id));
  for (const { barriers, status, outputs, reason } of reports) {
    expect({ barriers, status, outputs }).toEqual({ barriers: 6, status: 'wrong', outputs: 'right' });
    expect(reason).toMatch(
      /two lanes race for workgroup memory: lane \d+ writes inner_sums(\[\d+\])+ \(line \d+\)/,
    );
  }
});
