import { afterAll, beforeAll, expect, test } from 'vitest';
import { exitCodeOf } from '../../bench/exit-code.ts';
import type { Gpu } from '../../src/device/gpu.ts';
import { MEMORY_FAULTS } from '../faults/memory-faults.ts';
import { openDawn } from '../support/dawn.ts';
import { QUICK_TILES } from '../support/variant-problem.ts';
import { labOn, listing } from './lab-on.ts';
import { spec } from './specs.ts';

let gpu: Gpu;
beforeAll(async () => {
  gpu = await openDawn();
});
afterAll(() => {
  gpu.destroy();
});

test('weights that are expanded once for all dispatches are wrong at the depth of a real layer', async () => {
  const params = QUICK_TILES['dequant-dense']!;
  const given = spec({ kernel: 'dequant-dense', m: 4, n: 128, k: 4096, params });
  const lab = labOn(() => Promise.resolve(gpu));
  const fault = MEMORY_FAULTS.find(({ id }) => id === 'weights that are expanded are kept')!;
  const wgsl = fault.plant(await listing(lab, given));
  const result = await lab.run({ ...given, wgsl }, new AbortController().signal, () => undefined);
  expect([result.status, exitCodeOf(result, 'is-failure')]).toEqual(['wrong', 2]);
  expect(result.timing).toBeUndefined();
});

test('a memo is named at the depth of a real layer, where a sample is one dispatch over a pattern', async () => {
  const given = spec({ m: 16, n: 128, k: 4096, params: { WX: 16, WY: 16 } });
  const lab = labOn(() => Promise.resolve(gpu));
  const own = await listing(lab, given);
  const fault = MEMORY_FAULTS.find(({ id }) => id === 'one output of a workgroup stands for all')!;
  const result = await lab.run(
    { ...given, wgsl: fault.plant(own) },
    new AbortController().signal,
    () => undefined,
  );
  expect(result.status).toBe('ok');
  expect(result.warnings).toContainEqual(expect.stringMatching(/^Faster when inputs repeat/));
});
