import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifyQuickly } from '../../bench/engines/verify-quickly.ts';
import type { Gpu } from '../../src/device/gpu.ts';
import { DEFAULT_CAPS } from '../../src/kernels/caps.ts';
import { FAULTS, type PlantedFault, plantFault } from '../faults/faults.ts';
import { VARIANTS } from '../../src/kernels/registry.ts';
import { catchFaults, faultyProblem } from '../support/catch-faults.ts';
import { openDawn } from '../support/dawn.ts';
import { EXECUTED, QUICK_TILES } from '../support/variant-problem.ts';

verifyQuickly();

let gpu: Gpu;
beforeAll(async () => {
  gpu = await openDawn();
});
afterAll(() => {
  gpu.destroy();
});

describe.each(EXECUTED)('%s', (id) => {
  test('passes every check when right, and none of the fifteen faults passes', async () => {
    const [right, ...faulty] = await catchFaults(gpu, id, { tile: QUICK_TILES[id] ?? {} });
    expect(right).toMatchObject({ full: true, projection: true, sampled: true });
    expect(faulty).toHaveLength(15);
    for (const report of faulty) {
      const { fault, detectable } = report;
      expect(report).toEqual({
        fault,
        full: false,
        projection: false,
        sampled: detectable ? false : report.sampled,
        detectable,
      });
    }
    expect(faulty.filter(({ detectable }) => detectable).length).toBeGreaterThanOrEqual(12);
  });
});

test('a fault that changes nothing, or does not apply, is an error', () => {
  const plan = VARIANTS.naive.plan({ ...faultyProblem('naive'), K: 1 }, {}, DEFAULT_CAPS);
  if (plan.kind === 'rejected') throw new Error(plan.constraint);
  const harmless: PlantedFault = { id: 'harmless', inapplicable: () => undefined, plant: (wgsl) => wgsl };
  expect(() => plantFault(plan, harmless)).toThrow('harmless left the kernel unchanged');
  const dropped = FAULTS.find(({ id }) => id === 'last 16 k dropped')!;
  expect(() => plantFault(plan, dropped)).toThrow('last 16 k dropped does not apply: K is not more than 16');
});
