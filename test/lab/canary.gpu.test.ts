import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Gpu } from '../../src/device/gpu.ts';
import { PlanError } from '../../src/device/plan-error.ts';
import { loadCanary } from '../../src/lab/canary.ts';
import { openDawn } from '../support/dawn.ts';

let gpu: Gpu;
beforeAll(async () => {
  gpu = await openDawn();
});
afterAll(() => {
  gpu.destroy();
});

const asHardware = (load: Gpu['load']): Pick<Gpu, 'description' | 'caps' | 'load'> => ({
  description: { ...gpu.description, software: false },
  caps: gpu.caps,
  load,
});

test('a hardware adapter gets a canary that does work: it takes far longer than an empty pass', async () => {
  const canary = await loadCanary(asHardware((plan) => gpu.load(plan)));
  if (!canary) throw new Error('there is no canary');
  await canary.sample(1);
  const working = await canary.sample(4);
  canary.upload('uniforms', new Uint32Array([0, 0, 0, 0]));
  const empty = await canary.sample(4);
  canary.destroy();
  expect(working! / empty!).toBeGreaterThan(5);
});

test('a software adapter gets none', async () => {
  expect(
    await loadCanary({
      ...asHardware((plan) => gpu.load(plan)),
      description: { ...gpu.description, software: true },
    }),
  ).toBeUndefined();
});

test('a device without room goes without, and a lost one says so', async () => {
  const failing = (code: 'out-of-memory' | 'lost') =>
    asHardware(() => Promise.reject(new PlanError(code, ['no'])));
  expect(await loadCanary(failing('out-of-memory'))).toBeUndefined();
  await expect(loadCanary(failing('lost'))).rejects.toMatchObject({ code: 'lost' });
});
