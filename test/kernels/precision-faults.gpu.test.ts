import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Gpu } from '../../src/device/gpu.ts';
import { openGpu } from '../../src/device/open-gpu.ts';
import type { WeightFormat } from '../../src/formats/format.ts';
import { PRESETS } from '../../src/formats/presets.ts';
import { plantFault } from '../../src/kernels/faults.ts';
import { PRECISION_FAULTS } from '../../src/kernels/precision-faults.ts';
import { VARIANTS } from '../../src/kernels/registry.ts';
import { nullDawn } from '../support/dawn.ts';
import { RAGGED } from '../support/ragged-problem.ts';
import { asTaken, EXECUTED, QUICK_TILES, rowsOf } from '../support/variant-problem.ts';
import { weightFormat } from '../support/weight-format.ts';
import { accepted } from './expect-right.ts';

let gpu: Gpu;
beforeAll(async () => {
  gpu = await openGpu(nullDawn(), 'auto');
});
afterAll(() => {
  gpu.destroy();
});

/** One for each function that reads scales. */
const FORMATS: readonly WeightFormat[] = [
  weightFormat(),
  weightFormat({ scale: 'f32' }),
  weightFormat({ scale: 'bf16' }),
  ...['mxfp4', 'nvfp4', 'nvfp4-ggml', 'q4_k', 'q6_k', 'bnb-nf4-dq', 'i2_s'].map(
    (name) => PRESETS[name]!.format,
  ),
];

describe.each(PRECISION_FAULTS.map((fault) => [fault.id, fault] as const))('%s', (_, fault) => {
  test('can be planted where it says so, and compiles', async () => {
    let planted = 0;
    for (const id of EXECUTED) {
      for (const format of FORMATS) {
        const problem = { ...asTaken(id, RAGGED), M: rowsOf(id, 4), K: 256, format };
        if (VARIANTS[id].plan(problem, {}, gpu.caps).kind === 'rejected') continue;
        const plan = accepted(VARIANTS[id].plan(problem, QUICK_TILES[id] ?? {}, gpu.caps));
        if (fault.inapplicable(problem) !== undefined) {
          expect(() => plantFault(plan, fault)).toThrow('does not apply');
          continue;
        }
        const loaded = await gpu.load(plantFault(plan, fault));
        loaded.destroy();
        planted++;
      }
    }
    expect(planted).toBeGreaterThan(0);
  });
});
