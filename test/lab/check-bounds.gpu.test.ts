import { describe, expect, test } from 'vitest';
import { verifyQuickly } from '../../bench/engines/verify-quickly.ts';
import type { Check } from '../../src/io/record.ts';
import { checkBounds } from '../../src/lab/check-bounds.ts';
import { POISON_BITS } from '../../src/reference/poison.ts';
import { EXECUTED, QUICK_TILES, rowsOf } from '../support/variant-problem.ts';
import { labOn, listing } from './lab-on.ts';
import { LANE_PLAN, laneSubject, laneText, useLaneDevice } from './lane-texts.ts';
import { spec } from './specs.ts';

verifyQuickly();

const { gpu } = useLaneDevice();

/** What the check says of a text, whose outputs without fences are taken for right. */
async function bounds(wgsl: string, isExact = true): Promise<Check> {
  const own = await gpu().load(LANE_PLAN, wgsl);
  try {
    await own.run(POISON_BITS);
    const output = await own.readOutput();
    return await checkBounds(
      laneSubject(own, wgsl),
      isExact ? { kind: 'exact', output } : { kind: 'unknown' },
    );
  } finally {
    own.destroy();
  }
}

const ACTIVATIONS = '@group(0) @binding(1) var<storage, read> activations : array<f32>;';

describe('a text is wrong that', () => {
  test.each([
    ['writes the word behind its outputs', 'output[at] = 1.0; output[at + 1u] = 2.0;', 0],
    ['writes a row too many', 'output[at] = 1.0; output[at + 192u] = 2.0;', 0],
    ['writes far behind its outputs', 'output[at] = 1.0; output[at + 16000u] = 2.0;', 16000 - 192],
    ['writes one word of a row too many', 'output[at] = 1.0; if (at == 7u) { output[192u + 5u] = 2.0; }', 5],
  ])('%s', async (_, body, word) => {
    const says = `It writes behind the end of output: word ${word} there, counted from 0.`;
    expect(await bounds(laneText('', body))).toEqual({ check: 'bounds', outcome: 'failed', says });
  });

  test.each([
    ['keeps the larger of what is there', 'atomicMax(&output[at + 192u], 1u);'],
    ['keeps the smaller of what is there', 'atomicMin(&output[at + 192u], 1u);'],
  ])('%s behind its outputs', async (_, body) => {
    const wgsl = laneText('', `atomicStore(&output[at], 0u); ${body}`).replace('<f32>', '<atomic<u32>>');
    expect(await bounds(wgsl)).toMatchObject({ outcome: 'failed', says: /writes behind the end of output/ });
  });

  test('uses what it reads behind its activations', async () => {
    const body = 'output[at] = activations[at];';
    expect(await bounds(laneText(ACTIVATIONS, body))).toEqual({
      check: 'bounds',
      outcome: 'failed',
      // Of 32 activations, all 0, lane 32 reads the first that is none.
      says: expect.stringMatching(
        /^It reads behind the end of a buffer: .* changes at m = 0, n = 32 from 0 to 15\.\d+\.$/,
      ) as string,
    });
  });
});

describe('nothing is said against a text that', () => {
  test('multiplies in f16 by 0 what it reads there as f32', async () => {
    const body = 'output[at] = f32(f16(activations[at] * 8.0) * select(0.0h, 1.0h, at < 32u));';
    expect(await bounds(`enable f16;\n${laneText(ACTIVATIONS, body)}`)).toMatchObject({ outcome: 'passed' });
  });

  test.each([
    ['keeps within its buffers', 'output[at] = activations[at % 32u];'],
    ['reads behind their ends and does not use it', 'output[at] = select(0.0, activations[at], at < 32u);'],
    ['multiplies what it reads there by 0', 'output[at] = 0.0 * activations[at];'],
  ])('%s', async (_, body) => {
    expect(await bounds(laneText(ACTIVATIONS, body))).toMatchObject({ check: 'bounds', outcome: 'passed' });
  });

  test('asks for the length of a buffer, which is not checked', async () => {
    const body = 'for (var i = at; i < arrayLength(&output); i += 192u) { output[i] = 1.0; }';
    const check = await bounds(laneText('', body));
    expect(check).toMatchObject({ outcome: 'not made', says: /asks for arrayLength/ });
    const comment = laneText('// arrayLength is not asked for.', 'output[at] = 1.0;');
    expect(await bounds(comment)).toMatchObject({ outcome: 'passed' });
  });
});

test('an array with a length of its own does not hide what is behind it', async () => {
  const fixed = (body: string): string => laneText('', body).replace('array<f32>', 'array<f32, 192>');
  expect(await bounds(fixed('output[at + 1u] = 2.0; output[at] = 1.0;'))).toMatchObject({
    outcome: 'failed',
  });
  expect(await bounds(fixed('output[at] = 1.0;'))).toMatchObject({ outcome: 'passed' });
});

test('a text that writes behind what its passes leave for each other is wrong', async () => {
  const lab = labOn(() => Promise.resolve(gpu()));
  const given = spec({ m: 5, n: 40, k: 64, kernel: 'skinny', params: { ...QUICK_TILES.skinny, SPLIT: 2 } });
  const own = await listing(lab, given);
  const wgsl = own.replace(
    '= (*sums)[m][q];',
    '= (*sums)[m][q]; partials_out[SPLIT * PART_QUADS + q] = (*sums)[m][q];',
  );
  const { status, reason } = await lab.verify(
    { ...given, wgsl },
    new AbortController().signal,
    () => undefined,
  );
  expect(status).toBe('wrong');
  expect(reason).toContain('it writes behind the end of partials: word 0 there');
});

describe('where there are no exact data, runs with other values behind the ends are compared', () => {
  const never = new AbortController().signal;
  const given = spec({ m: 5, n: 38, k: 64, kernel: 'tiled', params: QUICK_TILES.tiled!, epilogue: 'gelu' });
  const lab = (): ReturnType<typeof labOn> => labOn(() => Promise.resolve(gpu()));

  test('a row too many is found', async () => {
    const own = await listing(lab(), given);
    const wgsl = own.replace('if (m < problem.M && n < N) {', 'if (n < N) {');
    expect(wgsl).not.toBe(own);
    const { status, reason } = await lab().verify({ ...given, wgsl }, never, () => undefined);
    expect(status).toBe('wrong');
    expect(reason).toContain('it writes behind the end of output: word 0 there');
  });

  test('a step of K too many is found', async () => {
    const naive = spec({ m: 1, n: 64, k: 64, kernel: 'naive', epilogue: 'silu' });
    const own = await listing(lab(), naive);
    const wgsl = own.replace(/run < PADDED_K \/ 8u/, 'run < PADDED_K / 8u + 4u');
    expect(wgsl).not.toBe(own);
    const { status, reason } = await lab().verify({ ...naive, wgsl }, never, () => undefined);
    expect(status).toBe('wrong');
    expect(reason).toContain('it reads behind the end of a buffer');
  });

  test('of a text with atomics only what is written is told', async () => {
    const text = (more: string): string =>
      laneText('', `atomicStore(&output[at], 1u); ${more}`).replace('<f32>', '<atomic<u32>>');
    expect(await bounds(text(''), false)).toMatchObject({ outcome: 'passed', says: /not shown.*by atomics/ });
    expect(await bounds(text('atomicMax(&output[at + 192u], 1u);'), false)).toMatchObject({
      outcome: 'failed',
    });
  });

  test('a text that is right passes, and so does the order of its lanes', async () => {
    const wgsl = await listing(lab(), given);
    const { status, verification } = await lab().verify({ ...given, wgsl }, never, () => undefined);
    expect(status).toBe('ok');
    for (const check of ['bounds', 'order']) {
      expect(verification!.checks).toContainEqual(expect.objectContaining({ check, outcome: 'passed' }));
    }
  });
});

describe.each(EXECUTED)('%s', (kernel) => {
  test.each([
    { format: 'int4', group: 32, k: 96 },
    { format: 'int3', group: 8, k: 40, zeroPoint: true },
  ] as const)('keeps within its buffers: %o', async (changes) => {
    const lab = labOn(() => Promise.resolve(gpu()));
    const given = spec({
      ...changes,
      ...{ m: rowsOf(kernel, 5), n: 40, kernel, checks: 'all' },
      ...(kernel.endsWith('dp4a') ? { activation: 'i8' } : {}),
      ...(QUICK_TILES[kernel] ? { params: QUICK_TILES[kernel] } : {}),
    });
    const { status, reason, verification } = await lab.verify(
      given,
      new AbortController().signal,
      () => undefined,
    );
    expect(status, reason).toBe('ok');
    expect(verification!.checks).toContainEqual(
      expect.objectContaining({ check: 'bounds', outcome: 'passed' }),
    );
  });
});
