import { describe, expect, test } from 'vitest';
import type { Gpu } from '../../src/device/gpu.ts';
import { PlanError } from '../../src/device/plan-error.ts';
import { DEFAULT_CAPS } from '../../src/kernels/caps.ts';
import { QuantizedSource } from '../../src/lab/quantized-source.ts';
import { prepare, type Subject, type Ended } from '../../src/lab/subject.ts';
import { spec } from './specs.ts';

const later = (): Promise<void> => new Promise((done) => setTimeout(done, 20));

/** What becomes of a spec on a device, weights that take a while being there or not. */
async function prepared(
  load: () => Promise<unknown>,
  weights: 'there' | 'missing',
): Promise<Subject | Ended> {
  const source = new QuantizedSource({
    load: async () => {
      await later();
      if (weights === 'missing') throw new Error('there are no weights');
      return { N: 2, K: 4, values: new Float32Array(8).fill(1) };
    },
  });
  const gpu = { caps: DEFAULT_CAPS, load } as unknown as Gpu;
  const given = spec({ n: 2, k: 4, weights: 'sample:some' });
  return prepare(given, gpu, source, new AbortController().signal, () => undefined);
}

describe('a kernel is compiled while its weights are made', () => {
  test('and where it is refused before they are there, that is told when they are', async () => {
    const refused = () =>
      Promise.reject(new PlanError('compile', ['custom.wgsl:1:1: no'], 'It does not compile.'));
    expect(await prepared(refused, 'there')).toMatchObject({
      kind: 'ended',
      status: 'failed',
      reason: expect.stringContaining('custom.wgsl:1:1') as unknown,
    });
    expect(await prepared(refused, 'missing')).toMatchObject({ reason: 'there are no weights' });
  });

  test('and where there are no weights it is destroyed once it is there', async () => {
    let destroyed = 0;
    const slow = async (): Promise<unknown> => {
      await later();
      await later();
      return { destroy: () => destroyed++ };
    };
    expect(await prepared(slow, 'missing')).toMatchObject({ kind: 'ended', status: 'failed' });
    expect(destroyed).toBe(0);
    await later();
    await later();
    expect(destroyed).toBe(1);
  });
});
