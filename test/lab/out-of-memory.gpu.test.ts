import { describe, expect, test } from 'vitest';
import type { Gpu } from '../../src/device/gpu.ts';
import { PlanError } from '../../src/device/plan-error.ts';
import { openDawn } from '../support/dawn.ts';
import { labOn } from './lab-on.ts';
import { spec } from './specs.ts';

const never = new AbortController().signal;

describe('a device that runs out of memory', () => {
  /** A device on which the readbacks of a plan fail, all or those that follow its first timed sample. */
  const openPoor = async (failing: 'all' | 'timed', destroyed: () => void): Promise<Gpu> => {
    const gpu = await openDawn();
    const load: Gpu['load'] = async (...args) => {
      const loaded = await gpu.load(...args);
      let fails = failing === 'all';
      return {
        plan: loaded.plan,
        compileNs: loaded.compileNs,
        firstRunNs: loaded.firstRunNs,
        upload: (...upload) => {
          loaded.upload(...upload);
        },
        run: (poison) => loaded.run(poison),
        read: (role) => loaded.read(role),
        runFenced: (...words) => loaded.runFenced(...words),
        alternate: (...args) => loaded.alternate(...args),
        get lastSet() {
          return loaded.lastSet;
        },
        rotateWeights: (size) => loaded.rotateWeights(size),
        sample: (...args) => {
          fails = true;
          return loaded.sample(...args);
        },
        readOutput: () =>
          fails ? Promise.reject(new PlanError('out-of-memory', ['no room for it'])) : loaded.readOutput(),
        beside: (plan) => loaded.beside(plan),
        destroy: () => {
          loaded.destroy();
          destroyed();
        },
      };
    };
    const { description, caps, lost } = gpu;
    return {
      description,
      caps,
      lost,
      load,
      destroy: () => {
        gpu.destroy();
      },
    };
  };

  test.each([
    ['while it verifies', 'all', undefined],
    ['after the timing', 'timed', { passed: true }],
  ] as const)(
    '%s fails the run with the reason, keeps no buffer and no time',
    async (_, failing, verification) => {
      let destroyed = 0;
      const result = await labOn(() => openPoor(failing, () => destroyed++)).run(
        spec(),
        never,
        () => undefined,
      );
      expect(result).toMatchObject({
        status: 'failed',
        reason: 'no room for it',
        kernel: { variant: 'naive' },
      });
      expect(result.verification).toEqual(verification && expect.objectContaining(verification));
      expect(result.timing).toBeUndefined();
      expect(destroyed).toBe(1);
    },
  );

  test('a listener that throws once the kernel is loaded leaves no buffer behind', async () => {
    let destroyed = 0;
    const run = labOn(() => openPoor('all', () => destroyed++)).run(spec(), never, ({ phase, fraction }) => {
      if (phase === 'compile' && fraction === 1) throw new Error('not my day');
    });
    await expect(run).rejects.toThrow('not my day');
    expect(destroyed).toBe(1);
  });
});
