import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Gpu } from '../../src/device/gpu.ts';
import { openGpu } from '../../src/device/open-gpu.ts';
import { OpenGpuError } from '../../src/device/open-gpu-error.ts';
import { type Result, ResultSchema } from '../../src/io/record.ts';
import type { Spec } from '../../src/io/spec.ts';
import type { DeviceLab } from '../../src/lab/device-lab.ts';
import { LabError, type Phase, type Progress } from '../../src/lab/lab.ts';
import { dawn, openDawn } from '../support/dawn.ts';
import { EXECUTED } from '../support/variant-problem.ts';
import { labOn, listing } from './lab-on.ts';
import { spec } from './specs.ts';

const PHASES: readonly Phase[] = [
  'weights',
  'compile',
  'verify',
  'calibrate',
  'warm-up',
  'measure',
  'post-check',
];

let lab: DeviceLab;

beforeEach(() => {
  lab = labOn(openDawn);
});

const never = new AbortController().signal;

const run = (
  which: Spec,
  signal = never,
  onProgress: (progress: Progress) => void = () => undefined,
): Promise<Result> => lab.run(which, signal, onProgress);

describe('a right kernel', () => {
  test.each(EXECUTED)('%s is verified and timed, and the result is a valid record', async (kernel) => {
    const activation = kernel.endsWith('dp4a') ? 'i8' : 'f32';
    const result = await run(spec({ kernel, activation }));
    expect(result.reason).toBeUndefined();
    expect(result).toMatchObject({
      status: 'ok',
      retries: 0,
      spec: spec({ kernel, activation }),
      verification: {
        passed: true,
        mode: 'full',
        checkedElements: 3 * 37,
        integerExact: 'passed',
        unwritten: 0,
      },
      kernel: { variant: kernel },
    });
    expect(result.verification!.boundRatio).toBeLessThan(1);
    expect(result.verification!.againstUnquantizedActivations !== undefined).toBe(activation === 'i8');
    expect(result.timing!.medianNs).toBeGreaterThan(0);
    expect(result.timing!.samplesNs.length).toBeGreaterThanOrEqual(3);
    expect(result.derived!.flops.value).toBe(2 * 3 * 37 * 65);
    expect(result.derived!.gflops.value).toBeCloseTo((2 * 3 * 37 * 65) / result.timing!.medianNs, 9);
    expect(v.safeParse(ResultSchema, JSON.parse(JSON.stringify(result))).success).toBe(true);
  });

  test.each<Partial<Spec>>([
    { activation: 'f16' },
    { format: 'uint8', zeroPoint: true, group: 16 },
    { format: 'int8', scale: 'f32', group: 'K' },
    { format: 'uint4', zeroPoint: true, layout: 'stream', group: 64 },
    { m: 1, n: 1, k: 1 },
    { epilogue: 'bias' },
    { epilogue: 'gelu' },
    { epilogue: 'silu' },
    { output: 'f16', kernel: 'tiled', n: 36 },
    { output: 'f16', kernel: 'tiled', n: 36, epilogue: 'bias' },
    { output: 'f16', kernel: 'tiled', n: 36, epilogue: 'gelu', activation: 'f16' },
  ])('is right with %o', async (overrides) => {
    const result = await lab.verify(spec(overrides), never, () => undefined);
    expect(result).toMatchObject({ status: 'ok', verification: { passed: true } });
    expect(result.timing).toBeUndefined();
  });

  test('tells of its quantization, by hand for a tiny matrix', async () => {
    const result = await run(spec({ weights: 'sample:tiny', m: 1, n: 2, k: 4, group: 'K', scale: 'f32' }));
    // Row 0 has scale 7 / 7, so 1, 2, -3, 7 are exact. Row 1 has scale 1 / 7: 0.5 is 3.5 steps, to even 4, off by 1/14, twice.
    expect(result.quantization!.relRmse).toBeCloseTo(Math.sqrt(2 / 14 ** 2 / (63 + 1.5)), 6);
    expect(result.quantization!.bitsPerWeight).toBe(4 + 32 / 4);
  });

  test('passes through every phase in order, each fraction between 0 and 1', async () => {
    const seen: Progress[] = [];
    await run(spec(), never, (progress) => seen.push(progress));
    expect([...new Set(seen.map(({ phase }) => phase))]).toEqual(PHASES);
    expect(seen.every(({ fraction }) => fraction >= 0 && fraction <= 1)).toBe(true);
  });

  test('has the digest of the text that ran', async () => {
    const { wgslSha256 } = (await lab.verify(spec(), never, () => undefined)).kernel!;
    expect(wgslSha256).toBe(
      createHash('sha256')
        .update(await listing(lab, spec()))
        .digest('hex'),
    );
  });
});

describe('a kernel that cannot run', () => {
  test('is unsupported where its plan is rejected, with the constraint', async () => {
    const result = await run(spec({ params: { WX: 4096 } }));
    expect(result).toMatchObject({ status: 'unsupported' });
    expect(result.reason).toContain('maxComputeInvocationsPerWorkgroup');
    expect(await lab.wgsl(spec({ params: { WX: 4096 } }))).toEqual({ rejected: result.reason });
  });

  test.each(['fastest', 'constructor', '__proto__'])(
    'is unsupported where there is no kernel %s',
    async (kernel) => {
      const result = await run(spec({ kernel }));
      expect(result.status).toBe('unsupported');
      expect(result.reason).toContain('naive');
    },
  );

  test.each([
    ['sample:nothing', 'sample:tiny'],
    ['sample:tiny', '2 × 4'],
  ])('fails where %s does not give the weights', async (name, says) => {
    const result = await run(spec({ weights: name }));
    expect(result).toMatchObject({ status: 'failed' });
    expect(result.reason).toContain(says);
  });

  test('fails where weights are not finite', async () => {
    const result = await run(spec({ weights: 'sample:broken', n: 1, k: 2 }));
    expect(result.status).toBe('failed');
    expect(result.reason).toContain('NaN');
  });

  test("fails where a user's text does not compile, at its line", async () => {
    const result = await run(spec({ wgsl: '@compute @workgroup_size(64)\nfn main() { oops(); }\n' }));
    expect(result.status).toBe('failed');
    expect(result.reason).toMatch(/custom\.wgsl:2:\d+: .*oops/);
  });
});

/** Leaves out the run of the last k: K is 65, so runs 0 … 7 have all others. */
const DROP_LAST_K = [/run < PADDED_K \/ 8u;/, 'run < 8u;'] as const;

describe("a user's text", () => {
  test('that is the plan’s own is right', async () => {
    expect(await run(spec({ wgsl: await listing(lab, spec()) }))).toMatchObject({ status: 'ok' });
  });

  const EDITS: readonly (readonly [what: string, from: RegExp, to: string])[] = [
    ['a loop bound', ...DROP_LAST_K],
    ['a zero point', /const ZERO = 8\.0f;/, 'const ZERO = 7.0f;'],
    ['a shift', />> 8u;/, '>> 4u;'],
    ['a scale', /= scale_at\(group0\)/, '= 1.01 * scale_at(group0)'],
    ['the last column', /n >= N\)/, 'n >= N - 1u)'],
  ];

  test.each(EDITS)('with %s changed is wrong, and not timed', async (_, from, to) => {
    const own = await listing(lab, spec());
    const edited = own.replace(from, to);
    expect(edited).not.toBe(own);
    const result = await run(spec({ wgsl: edited }));
    expect(result).toMatchObject({ status: 'wrong', verification: { passed: false } });
    expect(result.reason).toMatch(/at m = \d+, n = \d+/);
    expect(result.timing).toBeUndefined();
    expect(result.derived).toBeUndefined();
  });

  test('that leaves outputs as they were has them counted', async () => {
    const edited = (await listing(lab, spec())).replace('n >= N)', 'n >= N - 1u)');
    expect((await run(spec({ wgsl: edited }))).verification!.unwritten).toBe(3);
  });

  test('that is right once and wrong when run again is found out after the timing', async () => {
    // Keeps what an output already holds: right on poison, stale on other activations.
    const own = await listing(lab, spec());
    const edited = own.replace(
      /fn store1\(m : u32, n : u32, value : f32\) \{\n {2}if \(/,
      (head) => `${head}!(output[m * N + n] >= -1.0e36) && `,
    );
    expect(edited).not.toBe(own);
    const verified = await lab.verify(spec({ wgsl: edited }), never, () => undefined);
    expect(verified.status).toBe('ok');
    const result = await run(spec({ wgsl: edited }));
    expect(result.status).toBe('wrong');
    expect(result.reason).toContain('right before it was timed');
    expect(result.timing).toBeUndefined();
  });
});

describe('a device that is lost', () => {
  test('mid-run is replaced once, and the result says so', async () => {
    let lost = false;
    const result = await run(spec(), never, ({ phase }) => {
      if (phase !== 'measure' || lost) return;
      lost = true;
      void lab.simulateDeviceLoss();
    });
    expect(result).toMatchObject({ status: 'ok', retries: 1 });
  });

  test('again and again fails the run with the reason', async () => {
    const result = await run(spec(), never, ({ phase, fraction }) => {
      if (phase === 'verify' && fraction === 0) void lab.simulateDeviceLoss();
    });
    expect(result).toMatchObject({ status: 'failed', retries: 1 });
    expect(result.reason).toMatch(/lost/i);
  });

  test('between runs is replaced without a word', async () => {
    await lab.environment();
    await lab.simulateDeviceLoss();
    expect(await run(spec())).toMatchObject({ status: 'ok', retries: 0 });
  });

  test('and cannot be had again fails the run', async () => {
    let opened = 0;
    lab = labOn(() =>
      opened++ === 0 ? openDawn() : Promise.reject(new OpenGpuError('no-adapter', 'the GPU is gone')),
    );
    const result = await run(spec(), never, ({ phase }) => {
      if (phase === 'compile') void lab.simulateDeviceLoss();
    });
    expect(result).toMatchObject({ status: 'failed', reason: 'the GPU is gone' });
  });

  test('and cannot be had again fails a comparison with a record', async () => {
    let opened = 0;
    lab = labOn(() =>
      opened++ === 0 ? openDawn() : Promise.reject(new OpenGpuError('no-adapter', 'the GPU is gone')),
    );
    const { environments, results, comparisons } = await lab.compare([spec(), spec()], never, ({ phase }) => {
      if (phase === 'compile') void lab.simulateDeviceLoss();
    });
    expect(environments).toMatchObject([{ engine: 'node' }]);
    expect(results.map(({ reason }) => reason)).toEqual(['the GPU is gone', 'the GPU is gone']);
    expect(comparisons).toEqual([]);
  });
});

describe('cancelling', () => {
  test.each(PHASES)('during %s rejects with the reason, and the next run works', async (phase) => {
    const controller = new AbortController();
    const reason = new Error('cancelled by the user');
    const cancelled = run(spec(), controller.signal, (progress) => {
      if (progress.phase === phase) controller.abort(reason);
    });
    await expect(cancelled).rejects.toBe(reason);
    expect(await lab.verify(spec(), never, () => undefined)).toMatchObject({ status: 'ok' });
  });

  test('before its turn never begins', async () => {
    const controller = new AbortController();
    const first = run(spec());
    const phases: Phase[] = [];
    const second = run(spec(), controller.signal, ({ phase }) => phases.push(phase));
    const third = lab.verify(spec(), never, ({ phase }) => phases.push(phase));
    const ended: string[] = [];
    void first.then(() => ended.push('first'));
    void second.catch(() => ended.push('second'));
    void third.then(() => ended.push('third'));
    controller.abort(new Error('changed my mind'));
    await expect(second).rejects.toThrow('changed my mind');
    expect(phases).toEqual([]);
    expect(await first).toMatchObject({ status: 'ok' });
    expect(await third).toMatchObject({ status: 'ok' });
    expect(ended).toEqual(['second', 'first', 'third']);
  });
});

describe('an environment', () => {
  test('names engine, adapter, timer and versions', async () => {
    expect(await lab.environment()).toMatchObject({
      engine: 'node',
      adapter: { software: true },
      timer: { source: 'timestamp-query' },
      versions: { test: '1' },
    });
  });

  test('that cannot be opened is a LabError with the code, and may be opened later', async () => {
    let open: () => Promise<Gpu> = () => openGpu(undefined, 'auto');
    lab = labOn(() => open());
    await expect(lab.environment()).rejects.toMatchObject({ name: 'LabError', code: 'no-webgpu' });
    await expect(run(spec())).rejects.toBeInstanceOf(LabError);
    open = () => openGpu(dawn(), 'auto');
    expect(await lab.environment()).toMatchObject({ engine: 'node' });
  });
});
