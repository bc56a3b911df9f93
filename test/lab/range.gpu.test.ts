import * as v from 'valibot';
import { beforeEach, describe, expect, test } from 'vitest';
import { EXIT, exitCodeOf } from '../../bench/exit-code.ts';
import { randomWeights } from '../../src/formats/random-weights.ts';
import { type Result, ResultSchema } from '../../src/io/record.ts';
import type { Spec } from '../../src/io/spec.ts';
import { createLab } from '../../src/lab/create-lab.ts';
import type { DeviceLab } from '../../src/lab/device-lab.ts';
import { LocalPool } from '../../src/workers/local-pool.ts';
import { openDawn } from '../support/dawn.ts';
import { QUICK_TILES } from '../support/variant-problem.ts';
import { listing } from './lab-on.ts';
import { spec } from './specs.ts';

const [N, K] = [36, 64];

/** `sample:F` are random weights times F; those of `sample:one-F` have one that is F besides. */
function valuesOf(name: string): Float32Array<ArrayBuffer> {
  const values = randomWeights(5, N, K);
  const one = name.startsWith('sample:one-');
  const amount = Number(name.slice(one ? 'sample:one-'.length : 'sample:'.length));
  if (!one) return values.map((value) => value * amount);
  values[3 * K + 40] = amount;
  return values;
}

const labWith = (pool: LocalPool): DeviceLab =>
  createLab({
    openGpu: openDawn,
    pool,
    weights: { load: (name) => Promise.resolve({ N, K, values: valuesOf(name) }) },
    engine: 'node',
    versions: { test: '1' },
  });

let lab: DeviceLab;
beforeEach(() => {
  lab = labWith(new LocalPool());
});

const TILED = { kernel: 'tiled', params: QUICK_TILES.tiled! };

const never = new AbortController().signal;
const of = (weights: string, overrides: Partial<Spec> = {}): Spec =>
  spec({ m: 4, n: N, k: K, scale: 'f32', weights: `sample:${weights}`, ...overrides });
const verified = (which: Spec): Promise<Result> => lab.verify(which, never, () => undefined);

describe('a product that does not fit', () => {
  test.each([
    [
      'f32',
      of('1e38', { format: 'mxfp4', group: 32, scale: 'e8m0', rule: 'floor' }),
      /largest f32, 3\.40282e\+38; make/,
    ],
    ['f16 outputs', of('1e5', { output: 'f16' }), /largest f16, 65504; take --output f32\.$/],
    ['sums in f16', of('one-5e4', { accumulator: 'f16', ...TILED }), /65504; take --acc f32\.$/],
    ['weights in f16', of('one-9e4', { accumulator: 'f16', ...TILED }), /one is .* take --acc f32\.$/],
    [
      'expanded weights',
      of('one-9e4', { kernel: 'dequant-dense', params: { ...QUICK_TILES['dequant-dense'], HALF: 1 } }),
      /take --set HALF=0\.$/,
    ],
  ])('%s is unsupported, a failure in verify too, and says what would fit', async (_, which, says) => {
    const result = await verified(which);
    expect(result).toMatchObject({ status: 'unsupported', reason: expect.stringMatching(says) as string });
    expect(Math.abs(result.beyond!.value)).toBeGreaterThan(result.beyond!.type === 'f16' ? 6e4 : 3.4e38);
    expect(exitCodeOf(result, 'is-right')).toBe(EXIT.failed);
    expect(v.safeParse(ResultSchema, JSON.parse(JSON.stringify(result))).success).toBe(true);
  });

  test('is found where its check samples, too', async () => {
    const which = of('1e38', { format: 'mxfp4', group: 32, scale: 'e8m0', rule: 'floor', m: 80 });
    const result = await labWith(new LocalPool(0)).verify(which, never, () => undefined);
    expect(result).toMatchObject({ status: 'unsupported', beyond: { type: 'f32', of: 'output' } });
  });

  test.each([
    ['in f32 outputs', of('1e5')],
    ['with sums in f32', of('one-5e4', { ...TILED })],
    ['a little smaller', of('1e3', { output: 'f16' })],
  ])('is right %s', async (_, which) => {
    expect(await verified(which)).toMatchObject({ status: 'ok', verification: { passed: true } });
  });
});

describe('a kernel that hides behind an overflow', () => {
  /** A spec with its kernel's text edited. */
  async function edited(which: Spec, from: string, to: string): Promise<Spec> {
    const own = await listing(lab, which);
    expect(own).toContain(from);
    return { ...which, wgsl: own.replace(from, to) };
  }

  test('is wrong where the product fits', async () => {
    const finish = 'fn finish1(n : u32, sum : f32) -> f32 {\n  return sum;';
    const overflows = finish.replace(
      'return sum',
      'return select(sum, sum * 0x1p100f * 0x1p100f, abs(sum) > 1e30f)',
    );
    const which = await edited(of('1e33'), finish, overflows);
    expect(await verified(of('1e33'))).toMatchObject({ status: 'ok' });
    const result = await verified(which);
    expect(result.status).toBe('wrong');
    expect(result.verification!.nonFinite).toBeGreaterThan(0);
  });

  test('is wrong where it does not, if it is wrong elsewhere', async () => {
    const which = of('1e5', { output: 'f16' });
    expect((await verified(which)).status).toBe('unsupported');
    const result = await verified(await edited(which, 'const ZERO = 8.0f;', 'const ZERO = 7.0f;'));
    expect(result.status).toBe('wrong');
  });
});
