import { expect, test } from 'vitest';
import { verifyQuickly } from '../../bench/engines/verify-quickly.ts';
import { BARRIER_FAULTS } from '../../src/kernels/barrier-faults.ts';
import { openDawn } from '../support/dawn.ts';
import { catchBarrierFaults } from './catch-barrier-faults.ts';

verifyQuickly();

test('skinny is wrong without barriers, though its outputs are right', { timeout: 120_000 }, async () => {
  const gpu = await openDawn();
  const [right, ...faulty] = await catchBarrierFaults(gpu).finally(() => {
    gpu.destroy();
  });
  expect(right).toEqual({ fault: 'right', barriers: 9, status: 'ok', outputs: 'right', reason: '' });
  expect(faulty.map(({ fault }) => fault)).toEqual(BARRIER_FAULTS.map(({ id }) => id));
  for (const { barriers, status, outputs, reason } of faulty) {
    expect({ barriers, status, outputs }).toEqual({ barriers: 6, status: 'wrong', outputs: 'right' });
    expect(reason).toMatch(
      /two lanes race for workgroup memory: lane \d+ writes inner_sums(\[\d+\])+ \(line \d+\)/,
    );
  }
});
