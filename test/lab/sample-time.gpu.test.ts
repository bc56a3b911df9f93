import { expect, test } from 'vitest';
import { openDawn } from '../support/dawn.ts';
import { labOn } from './lab-on.ts';
import { spec } from './specs.ts';

const never = new AbortController().signal;
const ignore = (): void => undefined;
const lab = labOn(openDawn);

test('samples are as many as were asked for, told as they are taken, and about what a measurement finds', async () => {
  const which = spec({ m: 64, n: 256, k: 256, params: { WX: 8, WY: 8 } });
  const told: number[] = [];
  const sampled = await lab.sample(which, 5, never, ({ sampleNs }) => {
    if (sampleNs !== undefined) told.push(sampleNs);
  });
  if (sampled.kind === 'failed') throw new Error(sampled.reason);
  expect(sampled.samplesNs).toHaveLength(5);
  expect(told).toEqual(sampled.samplesNs);
  const { timing } = await lab.run(which, never, ignore);
  for (const ns of sampled.samplesNs) {
    expect(ns / timing!.medianNs).toBeGreaterThan(0.2);
    expect(ns / timing!.medianNs).toBeLessThan(5);
  }
});

test('what cannot be sampled is a value that says why, and an abort is thrown', async () => {
  expect(await lab.sample(spec({ kernel: 'tiled', params: { BM: 24 } }), 1, never, ignore)).toMatchObject({
    kind: 'failed',
    cause: 'compile',
    reason: expect.stringContaining('BM') as string,
  });
  expect(await lab.sample(spec({ wgsl: 'fn main( {' }), 1, never, ignore)).toMatchObject({
    cause: 'compile',
  });
  const stopped = AbortSignal.abort(new Error('Ctrl-C'));
  await expect(lab.sample(spec(), 1, stopped, ignore)).rejects.toThrow('Ctrl-C');
});

test('the limits that a search plans by are the device’s own', async () => {
  const { limits } = await lab.environment();
  const caps = await lab.caps();
  expect(caps.maxComputeInvocationsPerWorkgroup).toBe(limits['maxComputeInvocationsPerWorkgroup']);
  expect(caps.shaderF16).toBe(true);
});
