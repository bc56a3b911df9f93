import { describe, expect, test } from 'vitest';
import { FAULTS } from '../faults/faults.ts';
import type { BarrierReport } from '../lab/catch-barrier-faults.ts';
import type { FaultReport } from '../support/catch-faults.ts';
import type { TimedFault } from '../support/timed-faults.ts';
import { spec } from '../lab/specs.ts';
import { EXECUTED, QUICK_TILES } from '../support/variant-problem.ts';
import { useSourcePages } from './support/source-pages.ts';

/** Each test has a page of its own, for two run at a time. */
const { open } = useSourcePages();

/**
 * Of each kernel every third fault, so that each fault is in two kernels or more: the adapter makes no difference to what a fault
 * does, and its compiler takes a second for each. On lavapipe every kernel has them all.
 */
const SPREAD = 3;

describe.concurrent.each(EXECUTED.map((id, i) => ({ id, first: i % SPREAD })))(
  '$id in Chrome',
  ({ id, first }) => {
    const faults = FAULTS.filter((_, i) => i % SPREAD === first).map((fault) => fault.id);
    const run = { tile: QUICK_TILES[id] ?? {}, faults };
    test('passes every check when right, and none of its faults passes', { timeout: 240_000 }, async () => {
      const page = await open();
      const [right, ...faulty] = (await page.evaluate(`(async () => {
      const { openGpu } = await import('/src/device/open-gpu.ts');
      const { catchFaults } = await import('/test/support/catch-faults.ts');
      const gpu = await openGpu(navigator.gpu, 'auto');
      try { return await catchFaults(gpu, '${id}', ${JSON.stringify(run)}); } finally { gpu.destroy(); }
    })()`)) as FaultReport[];
      expect(right).toMatchObject({ full: true, projection: true, sampled: true });
      expect(faulty.map(({ fault }) => fault)).toEqual(faults);
      expect(faults).toHaveLength(5);
      for (const report of faulty) {
        const { fault, detectable, sampled } = report;
        expect(report).toEqual({
          fault,
          full: false,
          projection: false,
          sampled: detectable ? false : sampled,
          detectable,
        });
      }
    });
  },
);

test(
  'skinny in Chrome is wrong without barriers, though its outputs are right',
  { timeout: 120_000 },
  async () => {
    const page = await open();
    const faulty = (await page.evaluate(`(async () => {
      const { openGpu } = await import('/src/device/open-gpu.ts');
      const { catchBarrierFaults, DEEP_SKINNY } = await import('/test/lab/catch-barrier-faults.ts');
      const gpu = await openGpu(navigator.gpu, 'auto');
      const given = { ...DEEP_SKINNY, k: 256 };
      try { return await catchBarrierFaults(gpu, given); } finally { gpu.destroy(); }
    })()`)) as BarrierReport[];
    expect(faulty).toHaveLength(1);
    for (const { status, outputs, reason } of faulty) {
      expect({ status, outputs }).toEqual({ status: 'wrong', outputs: 'right' });
      expect(reason).toContain('two lanes race for workgroup memory');
    }
  },
);

test(
  'what a kernel keeps from one timed dispatch to the next is not right in Chrome',
  { timeout: 240_000 },
  async () => {
    const page = await open();
    const given = spec({ m: 4, n: 64, k: 256 });
    const [right, ...faulty] = (await page.evaluate(`(async () => {
    const { openGpu } = await import('/src/device/open-gpu.ts');
    const { timedFaults } = await import('/test/support/timed-faults.ts');
    const gpu = await openGpu(navigator.gpu, 'auto');
    try { return await timedFaults(gpu, ${JSON.stringify(given)}); } finally { gpu.destroy(); }
  })()`)) as TimedFault[];
    expect(right).toMatchObject({ right: true, same: 0 });
    expect(faulty).toHaveLength(2);
    for (const fault of faulty) expect(fault).toMatchObject({ ...fault, right: fault.outcome === 'named' });
  },
);
