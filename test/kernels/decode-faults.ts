import { weightFormat } from '../support/weight-format.ts';
import { type DecodeCase, elementCase, layoutCases, presetCase, scaleCase } from './decode-cases.ts';
import type { Change } from './decode-difference.ts';

/** A wrong decode: what is wrong, in which case it shows, and how it is made of the right one. */
export type DecodeFault = readonly [what: string, makeCase: () => DecodeCase, change: Change];

const instead =
  (right: string | RegExp, wrong: string): Change =>
  (wgsl) =>
    wgsl.replace(right, wrong);

/** Adds to a `u32` constant. */
const constant =
  (name: string, more: number): Change =>
  (wgsl) =>
    wgsl.replace(new RegExp(`const ${name} = (\\d+)u;`), (_, value: string) => {
      return `const ${name} = ${Number(value) + more}u;`;
    });

const layoutCase = (layout: string, element: string): DecodeCase => layoutCases(layout, 24, [element])[0]!;
const grouped = (choices: Parameters<typeof weightFormat>[0]): DecodeCase =>
  scaleCase(weightFormat({ group: 16, ...choices }));

/** Wrong decodes that a comparison must find. */
export const DECODE_FAULTS: readonly DecodeFault[] = [
  ['an exponent one too high', () => elementCase('e4m3'), constant('EXPONENT_SHIFT', 2 ** 23)],
  [
    'a subnormal element flushed',
    () => elementCase('e5m2'),
    instead('min(normal, fma(normal, 2.0f, -LEAST_NORMAL))', 'select(0.0, normal, normal >= LEAST_NORMAL)'),
  ],
  ['codes of 3 bits masked to 2', () => elementCase('int3'), instead('& 7u', '& 3u')],
  [
    'two nibbles exchanged',
    () => elementCase('int4'),
    (wgsl) => wgsl.replaceAll(/\bc_0\.([xy])/g, (_, half) => (half === 'x' ? 'c_0.y' : 'c_0.x')),
  ],
  ['one code read for another', () => layoutCase('stream:order=dp4a', 'int4'), instead(/c_c1\)/, 'c_c2)')],
  [
    'a plane one bit too low',
    () => layoutCase('interleaved:planes=2+4', 'int6'),
    instead('<< 4u)', '<< 3u)'),
  ],
  [
    'a wrong place in a tile',
    () => layoutCase('marlin', 'int4'),
    instead('k % TILE_DEPTH', 'k / TILE_DEPTH'),
  ],
  ['a minimum taken off', () => presetCase('q4_1'), instead(/, g0_m\)/g, ', -g0_m)')],
  [
    'a minimum of K-quants added',
    () => presetCase('q4_k'),
    instead('return -(min_value', 'return (min_value'),
  ],
  ['GPTQ’s zero point as it is stored', () => presetCase('gptq4'), constant('ZERO_SHIFT', -1)],
  ['a zero point one too high', () => presetCase('q4_0'), instead('const ZERO = 8.0f', 'const ZERO = 9.0f')],
  [
    'scales in excess 31',
    () => presetCase('q3_k'),
    instead('const SCALE_EXCESS = 32.0f', 'const SCALE_EXCESS = 31.0f'),
  ],
  [
    'the next super-block',
    () => presetCase('q6_k'),
    instead('place.y / PARENT_GROUPS', '(place.y + 1u) / PARENT_GROUPS'),
  ],
  [
    'a subnormal f16 flushed',
    () => grouped({}),
    instead('min(normal, fma(normal, 2.0f, -0x1p-14f))', 'select(0.0, normal, normal >= 0x1p-14f)'),
  ],
  ['UE4M3 with another bias', () => presetCase('nvfp4'), constant('SCALE_EXPONENT_SHIFT', 2 ** 23)],
  [
    'an f32 scale cut to 16 bits',
    () => grouped({ scale: 'f32' }),
    instead('(bitcast<f32>(word),', '(bitcast<f32>(word & 0xffff0000u),'),
  ],
  [
    'no offset of double quantization',
    () => presetCase('bnb-nf4-dq'),
    instead(' + bitcast<f32>(parents[PARENT_WORDS - 1u])', ''),
  ],
];
