import { expect, test } from 'vitest';
import { bytes } from '../../src/base/units.ts';
import { findExceededLimit } from '../../src/device/limits.ts';
import { DEFAULT_CAPS } from '../../src/kernels/caps.ts';
import { handMade, pass, SUMS } from './plans.ts';

const plan = handMade([pass(SUMS)]);

test('a plan within all limits exceeds none', () => {
  expect(findExceededLimit(plan, DEFAULT_CAPS)).toBeUndefined();
});

test.each([
  ['maxComputeWorkgroupStorageSize = 16384', { ...plan, workgroupBytes: bytes(16388) }],
  ['maxStorageBufferBindingSize = 134217728', { ...plan, buffers: { weights: bytes(134217732) } }],
  ['maxComputeInvocationsPerWorkgroup = 256', { ...plan, passes: [{ ...pass(SUMS), workgroupSize: 257 }] }],
  ['maxComputeWorkgroupsPerDimension = 65535', { ...plan, passes: [pass(SUMS, [1, 65536, 1])] }],
])('a plan above %s is refused by that name', (limit, tooLarge) => {
  expect(findExceededLimit(tooLarge, DEFAULT_CAPS)).toContain(limit);
});

test('the smaller of the two buffer limits is named', () => {
  const caps = { ...DEFAULT_CAPS, maxBufferSize: 1024 };
  expect(findExceededLimit({ ...plan, buffers: { weights: bytes(1028) } }, caps)).toContain(
    'maxBufferSize = 1024',
  );
});
