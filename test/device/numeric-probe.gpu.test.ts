import { expect, test } from 'vitest';
import { probeSubnormals } from './numeric-probe.ts';
import { dawn } from '../support/dawn.ts';

test('a device flushes subnormals or keeps them; lavapipe keeps all, and Chrome’s SwiftShader does not', async () => {
  const adapter = await dawn().requestAdapter();
  if (!adapter) throw new Error('there is no adapter');
  const device = await adapter.requestDevice();
  const rules = await probeSubnormals(device);
  device.destroy();
  expect(Object.values(rules)).not.toContain('other');
  if (!/llvmpipe/i.test(adapter.info.description)) return;
  expect(rules).toEqual({ results: 'kept', operands: 'kept', halves: 'kept' });
});
