import { describe, expect, test } from 'vitest';
import type { LoadedPlan, SampleTerms } from '../../src/device/gpu.ts';
import { DEFAULT_CAPS } from '../../src/kernels/caps.ts';
import type { KernelPlan } from '../../src/kernels/plan.ts';
import { findKeptWork, type Quicker } from '../../src/lab/kept-work.ts';
import { failedMemoryCheck, memoryCheck } from '../../src/lab/memory-check.ts';
import { planSpec } from '../../src/lab/plan-spec.ts';
import { FakeMachine } from '../measure/fake-gpu.ts';
import { spec } from './specs.ts';

/** Dispatches of a kernel [ns each], by whether inputs repeat and whether what was written is kept. */
type Kernel = (terms: Required<SampleTerms>, dispatches: number) => number;

const found = (kernel: Kernel, { dispatches = 20, step = 1, noise = 0.02 } = {}): Promise<Quicker> => {
  const machine = new FakeMachine();
  const calls: SampleTerms[] = [];
  const loaded = {
    sample: (count: number, { repeating = false, kept = false }: SampleTerms = {}) => {
      calls.push({ repeating, kept });
      const each = kernel({ repeating, kept }, count);
      return machine.kernel('k', each, { step, noise, seed: calls.length }).sample(count);
    },
  } as unknown as LoadedPlan;
  return findKeptWork(loaded, dispatches, { source: 'timestamp-query', stepNs: step }, machine);
};

const US = 1000;

describe('a kernel that keeps', () => {
  test('nothing is not warned of, whatever the noise', async () => {
    for (const noise of [0, 0.02, 0.2]) {
      expect((await found(() => 100 * US, { noise })).warnings).toEqual([]);
    }
    expect(await found(() => 100 * US)).toEqual({ kept: false, warnings: [] });
  });

  test('its last result is faster where inputs repeat, and its time has all of its work', async () => {
    const { kept, warnings } = await found(({ repeating }) => (repeating ? 20 * US : 100 * US));
    expect(kept).toBe(false);
    expect(warnings).toEqual([expect.stringMatching(/^Faster when inputs repeat: 5\.\d times/)]);
  });

  test('both results is faster where they are not overwritten', async () => {
    const { kept, warnings } = await found(({ kept }) => (kept ? 25 * US : 100 * US));
    expect(kept).toBe(true);
    expect(warnings).toEqual([expect.stringMatching(/^Faster for what it kept: .* 4\.\d times/)]);
  });

  test('something is looked at until the rounds tell, which of uneven times takes more', async () => {
    const samplesOf = async (noise: number): Promise<number> => {
      let samples = 0;
      const { kept } = await found(
        ({ kept }, dispatches) => {
          if (!kept && dispatches === 1) samples++;
          return kept ? 55 * US : 100 * US;
        },
        { noise },
      );
      expect(kept).toBe(true);
      return samples / 16;
    };
    expect(await samplesOf(0.02)).toBe(8);
    expect(await samplesOf(0.5)).toBeGreaterThan(8);
  });

  test('something that saves less than a third is not warned of', async () => {
    expect((await found(({ kept, repeating }) => (kept || repeating ? 75 * US : 100 * US))).warnings).toEqual(
      [],
    );
  });

  test('something that a coarse timer cannot see: it is said that it cannot', async () => {
    const coarse = await found(({ kept }) => (kept ? 1 * US : 8 * US), { step: 65_536 });
    expect(coarse).toEqual({ kept: undefined, warnings: [] });
  });
});

describe('where a sample is one dispatch, over a pattern', () => {
  test('nothing can have been kept, and a kernel that is faster for the same inputs is warned of', async () => {
    const memo = ({ repeating }: Required<SampleTerms>, dispatches: number): number =>
      repeating && dispatches > 1 ? 60 * US : 100 * US;
    expect(await found(memo, { dispatches: 1 })).toEqual({
      kept: false,
      warnings: [expect.stringMatching(/^Faster when inputs repeat: 1\.[67] times/)],
    });
    expect(await found(() => 100 * US, { dispatches: 1 })).toEqual({ kept: false, warnings: [] });
  });

  test('a kernel that takes seconds is not waited for', async () => {
    let samples = 0;
    const slow = (): number => {
      samples++;
      return 3e9;
    };
    expect(await found(slow, { dispatches: 1 })).toEqual({ kept: false, warnings: [] });
    expect(samples).toBeLessThanOrEqual(4);
  });
});

describe('what the record says', () => {
  const planned = (overrides: Parameters<typeof spec>[0]): KernelPlan => {
    const plan = planSpec(spec(overrides), { ...DEFAULT_CAPS, packedDot: true });
    if (plan.kind === 'rejected') throw new Error(plan.constraint);
    return plan;
  };
  const says = (plan: KernelPlan, dispatchesPerSample: number, kept?: boolean | 'ours', same = 0): string =>
    memoryCheck({ plan, dispatchesPerSample, same }, kept === 'ours' ? undefined : { kept, warnings: [] })
      .says;

  test('of a kernel of ours is what was shown', () => {
    expect(says(planned({}), 5, 'ours')).toBe(
      'Each timed dispatch had other activations and scales than the one before, over whose results the outputs of both are right; what it writes (output) was overwritten before each sample.',
    );
  });

  test('names the buffers in which a text of the user could keep something, and what', () => {
    expect(says(planned({}), 5, false)).toContain(
      'This text could keep only what fits into output beside its results; a dispatch is not faster',
    );
    const dense = says(planned({ kernel: 'dequant-dense' }), 5, true);
    expect(dense).toContain('what it writes (output and expanded)');
    expect(dense).toContain('in expanded, results to be found by their inputs; a dispatch is faster where');
    const int8 = says(
      planned({ kernel: 'dp4a', activation: 'i8', format: 'uint4', zeroPoint: true, group: 32 }),
      5,
    );
    expect(int8).toContain('in quantized and blocks');
    expect(int8).toContain(
      'or the packed codes and zero points, which both inputs share, unpacked; its times',
    );
  });

  test('of single dispatches is that nothing could be kept', () => {
    expect(says(planned({ kernel: 'dequant-dense' }), 1, false)).toMatch(
      /did all of its work.*Nothing could be kept/,
    );
  });

  test('tells how many outputs cannot tell the inputs apart', () => {
    expect(says(planned({}), 5, 'ours', 3)).toContain('(3 of 111 are the same in both)');
  });

  test('of a kernel that was wrong is whose outputs it left', () => {
    const findings = { plan: planned({}), dispatchesPerSample: 5 };
    expect(failedMemoryCheck({ ...findings, same: 111 })).toEqual({
      check: 'memory',
      outcome: 'failed',
      says: 'Of 111 outputs, 111 are those of the dispatch before, which had other inputs.',
    });
    expect(failedMemoryCheck({ ...findings, same: 0 }).says).not.toContain('111');
  });
});
