import { describe, expect, test } from 'vitest';
import { hash32 } from '../../src/base/random.ts';
import { timerStep } from '../../src/device/timer-step.ts';
import { wallClockStep } from '../../src/device/wall-clock.ts';

/** Readings of a clock with a step, every 300 µs or so, from an odd origin. */
const stream = (step: bigint, count: number): bigint[] =>
  Array.from({ length: count }, (_, i) => {
    const time = 123_456_789_012n + BigInt(i) * 300_000n + BigInt(hash32(7, i) % 250_000);
    return (time / step) * step;
  });

describe('timerStep', () => {
  test.each([65_536n, 1024n, 83n, 10n, 1n])('finds a step of %s ns', (step) => {
    expect(timerStep(stream(step, 40))).toBe(Number(step));
  });

  test('is the step of the differences where the origin is no multiple of it', () => {
    expect(timerStep(stream(65_536n, 40).map((reading) => reading + 17n))).toBe(65_536);
  });

  test('does not guess from a clock that hardly moves', () => {
    expect(timerStep(Array<bigint>(48).fill(0n))).toBeUndefined();
    expect(timerStep(stream(65_536n, 3))).toBeUndefined();
  });
});

describe('wallClockStep', () => {
  test('is the smallest step of the clock', () => {
    let calls = 0;
    // Three readings a step of 100 µs, in milliseconds.
    expect(wallClockStep(() => Math.floor(calls++ / 3) * 0.1)).toBe(100_000);
  });

  test('ends soon on a clock of coarse steps', () => {
    let calls = 0;
    expect(wallClockStep(() => Math.floor(calls++ / 3) * 16)).toBe(16_000_000);
  });
});
