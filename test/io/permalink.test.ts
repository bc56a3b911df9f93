import { deflateRawSync, inflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ELEMENT_NAMES } from '../../src/formats/element-names.ts';
import { PRESET_NAMES } from '../../src/formats/presets.ts';
import { decodeLink, encodeLink, LinkError } from '../../src/io/permalink.ts';
import { DEFAULT_SPEC, parseSpec, type Spec, SpecError } from '../../src/io/spec.ts';
import { LAYOUT_NAMES } from '../../src/layouts/registry.ts';

const size = fc.integer({ min: 1, max: 1 << 20 });
const fields: fc.Arbitrary<Spec> = fc.record(
  {
    m: size,
    n: size,
    k: size,
    weights: fc.constantFrom('random', 'sample:use-ffn2', 'models/ä b.safetensors#layer.0 "q"'),
    format: fc.constantFrom(...ELEMENT_NAMES, ...PRESET_NAMES, 'e3m2:bias=5,top=nan', 'table:-1,0,0.5'),
    group: fc.oneof(size, fc.constant('K' as const)),
    scale: fc.constantFrom('f16', 'f32', 'e8m0', 'ue4m3', 'u6', 'one'),
    zeroPoint: fc.oneof(fc.boolean(), fc.constantFrom('minus-one', 'min')),
    secondLevel: fc.constantFrom('none', 'tensor', 'super'),
    rule: fc.constantFrom('amax', 'least-squares'),
    layout: fc.constantFrom(...LAYOUT_NAMES, 'local(1,4).spatial(8,1).local(1,8)'),
    activation: fc.constantFrom('f32', 'f16', 'i8'),
    accumulator: fc.constantFrom('f32', 'f16'),
    epilogue: fc.constantFrom('none', 'bias', 'gelu', 'silu'),
    output: fc.constantFrom('f32', 'f16'),
    kernel: fc.constantFrom('auto', 'tiled'),
    params: fc.dictionary(fc.constantFrom('BM', 'BN', 'BK', 'TM', 'TN'), fc.nat({ max: 65536 })),
    protocol: fc.constantFrom('quick', 'standard', 'strict'),
    cache: fc.constantFrom('hot', 'cold'),
    seed: fc.nat(),
    checks: fc.constantFrom('usual', 'all'),
    wgsl: fc.string({ unit: 'grapheme' }),
  },
  { requiredKeys: Object.keys(DEFAULT_SPEC) as (keyof typeof DEFAULT_SPEC)[], noNullPrototype: true },
);

/** Valid specs: choices that go together, with what a preset determines. */
const spec = fields
  .map((choices) => {
    try {
      return parseSpec(choices);
    } catch (error) {
      if (error instanceof SpecError) return undefined;
      throw error;
    }
  })
  .filter((valid) => valid !== undefined);

const linkTo = (json: string): string => `#1.${deflateRawSync(json).toString('base64url')}`;

describe('links', () => {
  test('a link brings back the spec that it was made of', async () => {
    await fc.assert(
      fc.asyncProperty(spec, async (original) => {
        const link = await encodeLink(original);
        expect(link).toMatch(/^#1\.[\w-]*$/);
        expect(await decodeLink(link)).toEqual(original);
        expect(await decodeLink(`https://example.org/play/?a=1${link}`)).toEqual(original);
      }),
      { numRuns: 200 },
    );
  });

  test('a link holds base64url of the deflated JSON of what differs from the default', async () => {
    const link = await encodeLink({ ...DEFAULT_SPEC, m: 16, params: { TN: 4, BM: 64 }, kernel: 'tiled' });
    const json = inflateRawSync(Buffer.from(link.slice('#1.'.length), 'base64url')).toString();
    expect(json).toBe('{"m":16,"kernel":"tiled","params":{"BM":64,"TN":4}}');
  });

  test('links of version 1 keep their meaning', async () => {
    // A link to {}: if this fails because the default changed, links need a version 2 that still reads these defaults.
    expect(await decodeLink('#1.q64FAA')).toEqual({
      ...{ m: 1, n: 1536, k: 512, weights: 'sample:use-ffn1', format: 'int4', group: 32, scale: 'f16' },
      ...{
        zeroPoint: false,
        secondLevel: 'none',
        rule: 'amax',
        layout: 'interleaved',
        activation: 'f32',
        accumulator: 'f32',
        epilogue: 'none',
        output: 'f32',
      },
      ...{ kernel: 'auto', params: {}, protocol: 'quick', cache: 'hot', seed: 1 },
    });
  });

  test('links from before second levels, rules and presets are read as before', async () => {
    const old = linkTo(
      '{"m":16,"format":"uint8","group":"K","scale":"f32","zeroPoint":true,"layout":"stream"}',
    );
    expect(await decodeLink(old)).toEqual({
      ...DEFAULT_SPEC,
      ...{ m: 16, format: 'uint8', group: 'K', scale: 'f32', zeroPoint: true, layout: 'stream' },
      ...{ secondLevel: 'none', rule: 'amax' },
    });
  });

  test.each([
    [{ format: 'uint4', zeroPoint: 'min' }, '{"format":"uint4","zeroPoint":"min"}'],
    [
      { activation: 'i8', epilogue: 'gelu', output: 'f16' },
      '{"activation":"i8","epilogue":"gelu","output":"f16"}',
    ],
    [{ accumulator: 'f16', epilogue: 'bias' }, '{"accumulator":"f16","epilogue":"bias"}'],
    [{ format: 'uint4', zeroPoint: 'minus-one' }, '{"format":"uint4","zeroPoint":"minus-one"}'],
    [
      { scale: 'i6', secondLevel: 'super', rule: 'ceil' },
      '{"scale":"i6","secondLevel":"super","rule":"ceil"}',
    ],
  ] as const)('%o is in a link as it is', async (choices, json) => {
    const link = await encodeLink({ ...DEFAULT_SPEC, ...choices });
    expect(inflateRawSync(Buffer.from(link.slice('#1.'.length), 'base64url')).toString()).toBe(json);
    expect(await decodeLink(link)).toEqual({ ...DEFAULT_SPEC, ...choices });
  });

  test('a link that names a preset needs nothing that the preset determines', async () => {
    expect(await decodeLink(linkTo('{"format":"q4_k"}'))).toEqual({
      ...DEFAULT_SPEC,
      ...{ format: 'q4_k', group: 32, scale: 'u6', zeroPoint: 'min', secondLevel: 'super', rule: 'ggml' },
    });
  });

  test('equal specs have equal links, whatever the order of their fields', async () => {
    const params = { params: { TN: 4, BM: 64 } };
    const turned = { params: { BM: 64, TN: 4 } };
    expect(await encodeLink({ ...DEFAULT_SPEC, ...params })).toBe(
      await encodeLink({ ...turned, ...DEFAULT_SPEC, ...turned }),
    );
  });
});

describe('links that name nothing', () => {
  const damaged = 'This link is damaged';
  test.each([
    ['nothing at all', '', 'names no experiment'],
    ['an address alone', 'https://example.org/play/', 'names no experiment'],
    ['a place on a page', '#results', 'names no experiment'],
    ['a future version', '#2.q64FAA', 'This link is of version 2, and this page reads version 1.'],
    ['letters outside base64url', '#1.q64F+A', damaged],
    ['a length that base64 never has', '#1.q64FA', damaged],
    ['bytes that are not deflated', '#1.____', damaged],
    ['an empty payload', '#1.', damaged],
    ['JSON that is cut off', linkTo('{"m":1'), damaged],
    ['a list', linkTo('[]'), damaged],
    [
      'bytes that are no text',
      `#1.${deflateRawSync(Buffer.of(0x22, 0xff, 0x22)).toString('base64url')}`,
      damaged,
    ],
    ['a wrong value', linkTo('{"m":0}'), "This link's experiment cannot be run. m is 0: it must be"],
    ['choices that do not go together', linkTo('{"scale":"u6"}'), 'cannot be run. Scales of type u6'],
    ['no such preset', linkTo('{"format":"q4_z"}'), 'cannot be run. There is no element "q4_z"'],
    ['no such layout', linkTo('{"layout":"zigzag"}'), 'cannot be run. There is no layout "zigzag"'],
    ['an unknown field', linkTo('{"grup":1}'), 'There is no field grup.'],
    ['a prototype', linkTo('{"__proto__":{"m":4}}'), 'There is no field __proto__.'],
  ])('%s', async (_, link, message) => {
    await expect(decodeLink(link)).rejects.toThrow(LinkError);
    await expect(decodeLink(link)).rejects.toThrow(message);
  });

  test('a link that inflates to more than any experiment needs is refused before it is inflated', async () => {
    // Cut off, so that inflating all of it would end in a link that is damaged.
    const bomb = linkTo(' '.repeat(1 << 26)).slice(0, -8);
    await expect(decodeLink(bomb)).rejects.toThrow('This link holds more than 1048576 bytes');
  });

  test('an experiment that is too long for a link is refused when the link is made', async () => {
    await expect(encodeLink({ ...DEFAULT_SPEC, wgsl: ' '.repeat(1 << 20) })).rejects.toThrow(
      'save its spec as a file',
    );
  });

  test('any damage ends in a valid spec or a sentence', async () => {
    const link = await encodeLink({ ...DEFAULT_SPEC, m: 33, params: { BM: 64 }, wgsl: 'fn f() {}' });
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: link.length - 1 }),
        fc.string({ maxLength: 4 }),
        fc.nat({ max: 9 }),
        async (at, put, cut) => {
          const broken = link.slice(0, at) + put + link.slice(at + cut);
          try {
            expect((await decodeLink(broken)).m).toBeGreaterThan(0);
          } catch (error) {
            expect(error).toBeInstanceOf(LinkError);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});
