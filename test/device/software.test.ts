import { expect, test } from 'vitest';
import { type AdapterIdentity, isSoftware } from '../../src/device/software.ts';

const adapter = (identity: Partial<AdapterIdentity>): AdapterIdentity => ({
  vendor: '',
  architecture: '',
  device: '',
  description: '',
  isFallbackAdapter: false,
  ...identity,
});

test.each([
  { vendor: 'google', architecture: 'swiftshader' },
  { vendor: 'mesa', architecture: 'software', description: 'llvmpipe: Mesa 25.0.7 (LLVM 15.0.6)' },
  { vendor: 'microsoft', description: 'Microsoft Basic Render Driver' },
  { vendor: 'nvidia', isFallbackAdapter: true },
])('$vendor $architecture $description is software', (identity) => {
  expect(isSoftware(adapter(identity))).toBe(true);
});

test.each([
  { vendor: 'nvidia', architecture: 'ada', description: 'NVIDIA GeForce RTX 4090' },
  { vendor: 'apple', architecture: 'metal-3' },
  { vendor: 'amd', architecture: 'rdna-3', description: 'AMD Radeon RX 7900 XT (RADV NAVI31)' },
  { vendor: 'intel', architecture: 'gen-12lp' },
  {},
])('$vendor $architecture $description is hardware', (identity) => {
  expect(isSoftware(adapter(identity))).toBe(false);
});
