import { describe, expect, test } from 'vitest';
import { DEFAULT_SPEC } from '../../src/io/spec.ts';
import { FIRST_SPEC } from '../../src/ui/first-spec.ts';
import { draftOf, editDraft, readDraft, sameSpec } from '../../src/ui/draft.ts';

const draft = draftOf(DEFAULT_SPEC);

describe('a draft', () => {
  test('reads as the spec that it was made of', () => {
    const spec = { ...DEFAULT_SPEC, m: 7, kernel: 'naive', params: { WX: 32 }, wgsl: '// mine', seed: 9 };
    expect(readDraft(draftOf(spec))).toEqual({ spec, problems: {} });
  });

  test('has the cache that the number of tokens suggests, until one is chosen', () => {
    const cacheAt = (m: string, from = draftOf(FIRST_SPEC)): string | undefined =>
      readDraft(editDraft(from, { typed: { m } })).spec?.cache;
    expect([cacheAt('1'), cacheAt('8'), cacheAt('9')]).toEqual(['cold', 'cold', 'hot']);
    // DEFAULT_SPEC, from which links leave fields out, is hot at one token: that was somebody's choice.
    expect([cacheAt('8', draft), cacheAt('9', draft)]).toEqual(['hot', 'hot']);
    const cold = editDraft(draftOf(FIRST_SPEC), { cache: 'cold' });
    expect(cacheAt('512', cold)).toBe('cold');
    expect(cacheAt('512', editDraft(cold, { cache: 'by-m' }))).toBe('hot');
  });

  test('keeps what was typed when it is no number, and says what is wrong with it', () => {
    const typed = editDraft(draft, { typed: { m: '12 tokens' } });
    expect(typed.typed.m).toBe('12 tokens');
    const { spec, problems } = readDraft(typed);
    expect(spec).toBeUndefined();
    expect(problems).toEqual({
      m: 'The number of tokens (M) is “12 tokens”; it must be a whole number from 1 to 1,048,576.',
    });
  });

  test.each([
    ['', 'is empty'],
    ['0', 'is “0”'],
    ['-3', 'is “-3”'],
    ['1.5', 'is “1.5”'],
    ['1e3', 'is “1e3”'],
    ['1048577', 'is “1048577”'],
  ])('refuses %o as a number of tokens', (m, message) => {
    expect(readDraft(editDraft(draft, { typed: { m } })).problems.m).toContain(message);
  });

  test.each([
    ['1048576', 1048576],
    [' 16 ', 16],
    ['1,024', 1024],
  ])('takes %o as a number of tokens', (m, value) => {
    expect(readDraft(editDraft(draft, { typed: { m } })).spec?.m).toBe(value);
  });

  test('takes N and K from a sample and keeps those typed for random weights', () => {
    const random = editDraft(draft, { choices: { weights: 'random' }, typed: { n: '65', k: '97' } });
    expect(readDraft(random).spec).toMatchObject({ n: 65, k: 97 });
    const sample = editDraft(random, { choices: { weights: 'sample:use-ffn2' } });
    expect(readDraft(sample).spec).toMatchObject({ n: 512, k: 1536 });
    const back = editDraft(sample, { choices: { weights: 'random' } });
    expect(readDraft(back).spec).toMatchObject({ n: 65, k: 97 });
  });

  test('does not complain of an N that a sample makes void', () => {
    expect(readDraft(editDraft(draft, { typed: { n: 'x' } })).problems).toEqual({});
  });

  test('says why choices do not go together, and has no spec', () => {
    const { spec, problems } = readDraft(editDraft(draft, { choices: { scale: 'u6' } }));
    expect(spec).toBeUndefined();
    expect(problems.format).toContain('Scales of type u6 and the second level none do not go together');
    const both = editDraft(draft, { choices: { scale: 'u6', secondLevel: 'super' } });
    expect(readDraft(both)).toMatchObject({ spec: { scale: 'u6', secondLevel: 'super' }, problems: {} });
  });

  test('says that there is no such layout or format', () => {
    const problemOf = (choices: { layout?: string; format?: string }): string | undefined =>
      readDraft(editDraft(draft, { choices })).problems.format;
    expect(problemOf({ layout: 'zigzag' })).toContain('There is no layout "zigzag"');
    expect(problemOf({ format: 'int9' })).toContain('There is no element "int9"');
  });

  test('takes from a preset what it determines, and has what was chosen before back after it', () => {
    const minima = editDraft(draft, { choices: { zeroPoint: 'min', group: 64 } });
    const preset = editDraft(minima, { choices: { format: 'mxfp4' } });
    expect(readDraft(preset).spec).toMatchObject({
      ...{ format: 'mxfp4', group: 32, scale: 'e8m0', zeroPoint: false, rule: 'floor' },
    });
    const back = editDraft(preset, { choices: { format: 'uint4' } });
    expect(readDraft(back).spec).toMatchObject({
      format: 'uint4',
      group: 64,
      scale: 'f16',
      zeroPoint: 'min',
    });
  });

  test('remembers the parameters of each kernel', () => {
    const naive = editDraft(draft, { choices: { kernel: 'naive' }, params: { WX: 32 } });
    const auto = editDraft(naive, { choices: { kernel: 'auto' } });
    expect(readDraft(auto).spec?.params).toEqual({});
    expect(readDraft(editDraft(auto, { choices: { kernel: 'naive' } })).spec?.params).toEqual({ WX: 32 });
  });

  test('sets the WGSL of a link aside without losing it', () => {
    const custom = draftOf({ ...DEFAULT_SPEC, wgsl: '// mine' });
    expect(readDraft(editDraft(draftOf(DEFAULT_SPEC), { customWgsl: '// new' })).spec?.wgsl).toBe('// new');
    const aside = editDraft(custom, { useCustom: false });
    expect(readDraft(aside).spec).not.toHaveProperty('wgsl');
    expect(readDraft(editDraft(aside, { useCustom: true })).spec?.wgsl).toBe('// mine');
  });
});

describe('two specs', () => {
  test('are the same in any order of fields and parameters', () => {
    const { seed, ...rest } = { ...DEFAULT_SPEC, params: { A: 1, B: 2 } };
    expect(sameSpec({ seed, ...rest }, { ...rest, seed, params: { B: 2, A: 1 } })).toBe(true);
  });

  test.each([{ seed: 2 }, { params: { A: 1 } }, { wgsl: '' }])('differ in %o', (change) => {
    expect(sameSpec(DEFAULT_SPEC, { ...DEFAULT_SPEC, ...change })).toBe(false);
  });
});
