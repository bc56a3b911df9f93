import { expect, test } from 'vitest';
import { nanoseconds } from '../../src/base/units.ts';
import { isSteady, warmUp } from '../../src/measure/warm-up.ts';
import { FakeMachine } from './fake-gpu.ts';

const LIMITS = { busy: nanoseconds(250e6), cap: nanoseconds(3000e6) };

test('a steady GPU is warm once it was busy for long enough', async () => {
  const machine = new FakeMachine();
  await warmUp(machine.kernel('a', 5e6), 1, LIMITS, machine);
  expect(machine.time).toBe(250e6);
});

test('a GPU that still speeds up is warmed further', async () => {
  const machine = new FakeMachine();
  // Speeds up by 40 % over the first half second.
  await warmUp(
    machine.kernel('a', (time) => 10e6 * (1 - 0.4 * Math.min(1, time / 0.5e9))),
    1,
    LIMITS,
    machine,
  );
  expect(machine.time).toBeGreaterThan(0.45e9);
  expect(machine.time).toBeLessThan(0.8e9);
});

test('one that never settles is given up at the cap', async () => {
  const machine = new FakeMachine();
  let calls = 0;
  await warmUp(
    machine.kernel('a', () => (calls++ % 20 < 10 ? 10e6 : 20e6)),
    1,
    { ...LIMITS, busy: nanoseconds(2.9e9) },
    machine,
  );
  expect(machine.time).toBeLessThan(3.1e9);
});

test('an abort ends it with its reason', async () => {
  const machine = new FakeMachine();
  machine.abort(new Error('enough'));
  await expect(warmUp(machine.kernel('a', 1e6), 1, LIMITS, machine)).rejects.toThrow('enough');
  expect(machine.calls).toEqual([]);
});

test('isSteady compares the last five with the five before', () => {
  expect(isSteady([1, 1, 1, 1, 1, 1, 1, 1, 1])).toBe(false);
  expect(isSteady([9, 1, 1, 1, 1, 1, 1.01, 1, 1, 1.01, 1])).toBe(true);
  expect(isSteady([1, 1, 1, 1, 1, 1.03, 1.03, 1.03, 1.03, 1.03])).toBe(false);
});
