import { describe, expect, it } from 'vitest';
import { readForm } from '../../bench/peers/peers-page.ts';
import { runFake } from './fake-context.ts';

describe('the command peers', () => {
  it.each([
    ['--m', '0', '--m has "0"'],
    ['--m', '1,x', '--m has "x"'],
    ['--rounds', '3', 'from 6 on'],
    ['--act', 'i8', '--act has "i8"'],
  ])('ends with 1 for %s %s', async (option, value, complaint) => {
    const { code, stderr } = await runFake(['peers', option, value, '--quiet']);
    expect(code).toBe(1);
    expect(stderr).toContain(complaint);
  });
});

describe('the form of the page', () => {
  const form = (fields: Readonly<Record<string, string>>): FormData => {
    const data = new FormData();
    for (const [name, value] of Object.entries(fields)) data.set(name, value);
    return data;
  };
  const FIELDS = {
    m: '1, 16',
    n: '64',
    k: '32',
    format: 'int4',
    groups: '32',
    activations: 'f16',
    rounds: '8',
  };

  it('reads lists of numbers', () => {
    expect(readForm(form(FIELDS))).toMatchObject({
      m: [1, 16],
      n: 64,
      k: 32,
      groups: [32],
      activations: ['f16'],
      rounds: 8,
    });
  });

  it('names the field that has no number', () => {
    expect(() => readForm(form({ ...FIELDS, groups: '32;64' }))).toThrow('groups is "32;64"');
    expect(() => readForm(form({ ...FIELDS, m: '0' }))).toThrow(RangeError);
  });
});
