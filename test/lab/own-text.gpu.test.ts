import { beforeEach, expect, test } from 'vitest';
import { verifyQuickly } from '../../bench/engines/verify-quickly.ts';
import type { Result } from '../../src/io/record.ts';
import type { Spec } from '../../src/io/spec.ts';
import type { DeviceLab } from '../../src/lab/device-lab.ts';
import { openDawn } from '../support/dawn.ts';
import { EXECUTED, QUICK_TILES } from '../support/variant-problem.ts';
import { labOn, listing } from './lab-on.ts';
import { spec } from './specs.ts';

verifyQuickly();

let lab: DeviceLab;
beforeEach(() => {
  lab = labOn(openDawn);
});

const verify = (which: Spec): Promise<Result> =>
  lab.verify(which, new AbortController().signal, () => undefined);

test.each(EXECUTED)(
  "a user's text runs in place of that of %s, all passes of it, and is found wrong where it is",
  async (kernel) => {
    const activation = kernel.endsWith('dp4a') ? 'i8' : 'f32';
    const given = spec({ kernel, activation, params: QUICK_TILES[kernel] ?? {} });
    const wgsl = await listing(lab, given);
    expect(await verify({ ...given, wgsl: `// mine\n${wgsl}` })).toMatchObject({ status: 'ok' });
    const edited = wgsl.replace(/const ZERO = 8\.0f;/, 'const ZERO = 7.0f;');
    expect(edited).not.toBe(wgsl);
    const { status, verification } = await verify({ ...given, wgsl: edited });
    expect(status).toBe('wrong');
    // What was judged can be had, wrong as it is.
    const { m, n, got } = verification!.firstWrong!;
    expect((await lab.judged())!.output[m * given.n + n]).toBe(got);
  },
);

test("a user's text that is less precise than the kernel it replaces is wrong, though each output is within its bound", async () => {
  const given = spec({ m: 4, n: 128, k: 4096, kernel: 'tiled', params: QUICK_TILES.tiled! });
  const wgsl = await listing(lab, given);
  const bf16 = (a: string): string =>
    `bitcast<vec4<f32>>((bitcast<vec4<u32>>(${a}) + vec4<u32>(0x8000u)) & vec4<u32>(0xffff0000u))`;
  const edited = wgsl.replace(
    /= activation4\((row\d+[^)]*)\);/g,
    (_, place: string) => `= ${bf16(`activation4(${place})`)};`,
  );
  expect(edited).not.toBe(wgsl);
  const { status, reason, verification } = await verify({ ...given, wgsl: edited });
  expect(status).toBe('wrong');
  expect(reason).toContain('it computes in less precision than declared');
  expect(verification).toMatchObject({ integerExact: 'passed', unwritten: 0 });
  expect(verification!.firstWrong).toBeUndefined();
  expect(verification!.nmse).toBeGreaterThan(1e3 * verification!.nmseExpected!);
});
