import { expect, test } from 'vitest';
import { bytes, flops, gigabytesPerSecond, gigaflopsPerSecond, nanoseconds } from '../../src/base/units.ts';

test('a gigabyte in a second is 1 GB/s, and 10⁹ operations in a second are 1 GFLOP/s', () => {
  const second = nanoseconds(1e9);
  expect(gigabytesPerSecond(bytes(1e9), second)).toBe(1);
  expect(gigaflopsPerSecond(flops(1e9), second)).toBe(1);
});
