import { describe, expect, test } from 'vitest';
import { formatOf, DEFAULT_SPEC } from '../../src/io/spec.ts';
import { EVERY_FEATURE } from '../../src/kernels/caps.ts';
import type { GemmProblem } from '../../src/kernels/problem.ts';
import { VARIANTS } from '../../src/kernels/registry.ts';
import { kernelVersion, planVersion } from '../../src/lab/kernel-version.ts';

const PROBLEM: GemmProblem = {
  ...{ M: 100, N: 5000, K: 3000, format: formatOf(DEFAULT_SPEC), layout: 'interleaved' },
  ...{ activation: 'f32', accumulator: 'f32', epilogue: 'none', output: 'f32' },
};

describe('the version of a kernel', () => {
  test('is that of its text at the shape that the class is named by', () => {
    const plan = VARIANTS.tiled.plan({ ...PROBLEM, M: 128, N: 4096, K: 4096 }, {}, EVERY_FEATURE);
    if (plan.kind === 'rejected') throw new Error(plan.constraint);
    expect(kernelVersion('tiled', PROBLEM)).toBe(planVersion(plan));
    const [pass] = plan.passes;
    const shader = { ...pass!.shader, code: `${pass!.shader.code} ` };
    expect(planVersion({ ...plan, passes: [{ ...pass!, shader }] })).not.toBe(planVersion(plan));
  });

  test('differs between kernels, and there is one where a class’s K is no whole number of blocks', () => {
    expect(kernelVersion('naive', PROBLEM)).not.toBe(kernelVersion('tiled', PROBLEM));
    // Blocks of 256; the class of 200 is 256, that of 150 is 128.
    const format = formatOf({ ...DEFAULT_SPEC, format: 'q4_k' });
    expect(kernelVersion('tiled', { ...PROBLEM, format, K: 150 })).toBe(
      kernelVersion('tiled', { ...PROBLEM, format, K: 200 }),
    );
    expect(kernelVersion('gone', PROBLEM)).toBeUndefined();
  });
});
