import { expect, test } from 'vitest';
import { bytes, flops } from '../../src/base/units.ts';
import type { Timing } from '../../src/io/record.ts';
import { ratesOf } from '../../src/measure/rates.ts';

const timing: Timing = {
  samplesNs: [1000],
  dispatchesPerSample: 4,
  medianNs: 1000,
  ciLowNs: 1000,
  ciHighNs: 1000,
  p5Ns: 1000,
  p95Ns: 1000,
  cache: 'hot',
  converged: true,
  throttledRounds: 0,
};
const product = { work: flops(2e6), traffic: bytes(50_000) };

test('rates are work and bytes by time, each with how it was got', () => {
  expect(ratesOf(product, timing, { source: 'timestamp-query', stepNs: 1 })).toEqual({
    flops: { value: 2e6, kind: 'exact' },
    bytes: { value: 50_000, kind: 'modelled' },
    gflops: { value: 2000, kind: 'measured' },
    gbps: { value: 50, kind: 'modelled' },
  });
});

test('there is no rate where a sample spans fewer than 16 steps', () => {
  expect(ratesOf(product, timing, { source: 'timestamp-query', stepNs: 250 })).toBeDefined();
  expect(ratesOf(product, timing, { source: 'timestamp-query', stepNs: 251 })).toBeUndefined();
});
