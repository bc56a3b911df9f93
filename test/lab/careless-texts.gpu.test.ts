import { beforeAll, describe, expect, test } from 'vitest';
import { verifyQuickly } from '../../bench/engines/verify-quickly.ts';
import type { Gpu } from '../../src/device/gpu.ts';
import type { Spec } from '../../src/io/spec.ts';
import { openDawn } from '../support/dawn.ts';
import { QUICK_TILES } from '../support/variant-problem.ts';
import { labOn, listing } from './lab-on.ts';
import { spec } from './specs.ts';

verifyQuickly();

/** What an author may do by mistake who tries a text on one device: a kernel's problem, and how its text is changed. */
interface Careless {
  readonly given: Spec;
  readonly change: (wgsl: string) => string;
}

const small = (changes: Parameters<typeof spec>[0]): Spec =>
  spec({ m: 2, n: 64, k: 256, format: 'int4', group: 32, ...changes });

const STORE = '    output[m * N + n] = finish1(n, value);';
const with0AsScale1 = (wgsl: string): string =>
  `${wgsl.replace('fn scale_at(', 'fn right_scale_at(')}
fn scale_at(index : u32) -> f32 {
  let scale = right_scale_at(index);
  return select(scale, 1.0, scale == 0.0);
}
`;

const CARELESS: Readonly<Record<string, Careless>> = {
  'adds what was there before, times 0': {
    given: small({}),
    change: (wgsl) =>
      wgsl.replace(
        STORE,
        '    output[m * N + n] = fma(f32(problem.M - 2u), output[m * N + n], finish1(n, value));',
      ),
  },
  'leaves a part of K without a sum, where it is empty': {
    given: small({ m: 8, k: 160, kernel: 'skinny', params: { ...QUICK_TILES.skinny, SPLIT: 4, INNER: 1 } }),
    change: (wgsl) =>
      wgsl.replace('  if (inner == 0u) {\n', '  if (inner == 0u && workgroup.z * PART < end) {\n'),
  },
  'multiplies weights that no pass expanded by activations of 0': {
    given: small({ m: 8, k: 200, group: 8, kernel: 'dequant-dense', params: QUICK_TILES['dequant-dense']! }),
    change: (wgsl) =>
      wgsl.replace('  if (block < PADDED_N / BN) {', '  if (block < PADDED_N / BN && run * 8u < 200u) {'),
  },
  'sums a group of int8 products in 16 bits': {
    given: small({ zeroPoint: true, activation: 'i8', kernel: 'gemv-dp4a' }),
    change: (wgsl) =>
      wgsl.replaceAll(/vec4<f32>\((i\d_\d)\)/g, 'vec4<f32>(($1 << vec4<u32>(16u)) >> vec4<u32>(16u))'),
  },
  'takes a scale of 0 for 1, with one group a column': {
    given: small({ group: 'K' }),
    change: with0AsScale1,
  },
  'takes a scale of 0 for 1': { given: small({}), change: with0AsScale1 },
  'keeps its sums within ±600 before SiLU': {
    given: small({ epilogue: 'silu' }),
    change: (wgsl) =>
      wgsl.replace(
        '  return finish4(n, vec4<f32>(x)).x;',
        '  return finish4(n, vec4<f32>(clamp(x, -600.0, 600.0))).x;',
      ),
  },
};

let gpu: Gpu;
beforeAll(async () => {
  gpu = await openDawn();
});

describe('wrong is a text that', () => {
  test.each(Object.entries(CARELESS))('%s', async (_, { given, change }) => {
    const lab = labOn(() => Promise.resolve(gpu));
    const own = await listing(lab, given);
    const wgsl = change(own);
    expect(wgsl).not.toBe(own);
    const verify = (text: string) =>
      lab.verify({ ...given, wgsl: text }, new AbortController().signal, () => undefined);
    expect(await verify(own)).toMatchObject({ status: 'ok' });
    expect(await verify(wgsl)).toMatchObject({ status: 'wrong' });
  });

  test.each([128, 256, 512])('keeps f16 sums over all of K, %i, and declares 32 terms', async (k) => {
    if (!gpu.caps.shaderF16) throw new Error('this adapter has no f16');
    const lab = labOn(() => Promise.resolve(gpu));
    const given = small({ m: 16, k, accumulator: 'f16', kernel: 'tiled' });
    const own = await listing(lab, given);
    const wgsl = own
      .replace('  var sums : array<vec4<f16>, 4>;\n', '')
      .replace('fn multiply(acc', 'var<private> sums : array<vec4<f16>, 4>;\nfn multiply(acc')
      .replaceAll(/\(\*acc\)\[(\d)\] \+= vec4<f32>\(sums/g, '(*acc)[$1] = vec4<f32>(sums');
    expect(wgsl).not.toBe(own);
    const result = await lab.verify({ ...given, wgsl }, new AbortController().signal, () => undefined);
    expect(result).toMatchObject({ status: 'wrong' });
  });
});
