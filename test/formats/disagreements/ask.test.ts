import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ask } from '../../../src/formats/disagreements/ask.ts';
import { DisagreementError } from '../../../src/formats/disagreements/disagreement.ts';
import { outcomeText } from '../../../src/formats/disagreements/outcome-text.ts';
import { DISAGREEMENTS } from '../../../src/formats/disagreements/registry.ts';

const asked = (name: string, value: string): string[] =>
  ask(name, value).map(({ disagreement }) => disagreement.name);

describe('every disagreement', () => {
  test('is one: its own example gives different results', () => {
    for (const { name, example, rules } of DISAGREEMENTS) {
      const answer = ask(name, example).find(({ disagreement }) => disagreement.name === name);
      expect(answer?.groups.length, name).toBeGreaterThan(1);
      expect(answer?.groups.flatMap((group) => group.rules)).toHaveLength(rules.length);
    }
  });

  test('has a name and projects of its own, and says a source for each rule', () => {
    expect(new Set(DISAGREEMENTS.map(({ name }) => name)).size).toBe(DISAGREEMENTS.length);
    for (const { name, rules } of DISAGREEMENTS) {
      expect(new Set(rules.map(({ projects }) => projects)).size, name).toBe(rules.length);
      for (const { source, unverified } of rules) {
        expect(unverified === true || /@[0-9a-f]{7}|OCP|arXiv/.test(source), source).toBe(true);
      }
    }
  });

  test('has an answer or a sentence for whatever is written', () => {
    const names = DISAGREEMENTS.map(({ name }) => name);
    const written = fc.oneof(
      fc.double().map(String),
      fc.integer({ min: 0, max: 300 }).map((code) => `0x${code.toString(16)}`),
      fc.array(fc.float({ noNaN: true }), { maxLength: 9 }).map(String),
      fc.array(fc.integer({ min: -1, max: 15 }), { maxLength: 9 }).map(String),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.constantFrom(...names), written, (name, value) => {
        try {
          for (const { groups } of ask(name, value)) expect(groups.length).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toBeInstanceOf(DisagreementError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('a name', () => {
  test.each([
    ['E2M1', '0.25', ['E2M1 tie']],
    ['E2M1', '0x2', ['FP4 code']],
    ['fp4', '2', ['E2M1 tie']],
    ['MXFP4', '7,3.5', ['MX scale']],
    ['e2m1_TIE', ' 0.25 ', ['E2M1 tie']],
    ['E2M1  tie', '0.25', ['E2M1 tie']],
    ['UE4M3', '288', ['UE4M3 encode']],
    ['UE4M3', '0x7F', ['UE4M3 code']],
    ['E8M0', '255', ['E8M0 code']],
    ['nibble order', '0 1 2 3 4 5 6 7', ['Nibble order in a byte', 'Nibble order in a word']],
    ['nibble order', '1,2', ['Nibble order in a byte']],
    ['bit order', '1,2,3,33', ['Bit order, 6-bit']],
  ])('%s with %s asks about %j', (name, value, names) => {
    expect(asked(name, value)).toEqual(names);
  });
});

describe('what cannot be answered is refused:', () => {
  test.each([
    ['E9M9', '1', /Nobody disagrees about "E9M9"\. The names are "FP4 code", "E2M1 tie", /],
    ['E2M1', 'much', /"much" is no value/],
    ['E2M1', 'nan', /"nan" is no value/],
    ['E2M1', '', /"" is no value/],
    ['E2M1 tie', '0x2', /"0x2" does not fit: E2M1 tie takes a number, for instance 0\.25\./],
    ['E8M0', '1,2', /does not fit: E8M0 code takes a code, for instance 0xFF/],
    ['FP4', '0x10', /0x10 is no code of 4 bits: 0 to 0xF\./],
    ['E8M0', '-1', /-1 is no code of 8 bits/],
    ['E8M0', '0.5', /0\.5 is no code/],
    ['MX scale', '0,0', /MX scale: A block needs a number/],
    ['MX scale', '1,inf', /MX scale: A block takes finite numbers/],
    ['bit order', '1,2,300', /300 is no 5-bit code: 0 to 31/],
    ['word order', '1,2', /takes 8 codes, not 2/],
    ['byte order of nibbles', '1,2,3', /takes 2 to 32 codes, a multiple of 2, not 3/],
    ['INT4 zero', '16,1', /The first is a code, 0 to 15/],
    ['INT4 zero', '5', /a 4-bit code and the number stored/],
    ['TQ1_0', '1,0,2,0,0', /2 is not ternary/],
    ['TQ1_0', '1,0', /takes 5 values, not 2/],
  ])('%s %s', (name, value, message) => {
    expect(() => ask(name, value)).toThrow(DisagreementError);
    expect(() => ask(name, value)).toThrow(message);
  });
});

test.each([
  [-0, '0'],
  [-Infinity, '-Inf'],
  [NaN, 'NaN'],
  [1 / 3, '0.333333333'],
  [2 ** 127, '2^127'],
  [-5 * 2 ** -17, '-5·2^-17'],
  [114688, '114688'],
  ['throws', 'throws'],
])('the outcome %s is written %s', (outcome, text) => {
  expect(outcomeText(outcome)).toBe(text);
});
