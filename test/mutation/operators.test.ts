import { describe, expect, test } from 'vitest';
import { mutantsOf } from './choose-mutants.ts';
import { FAMILIES } from './families.ts';
import { guardLoops } from './guard-loops.ts';
import { ModuleText } from './module-text.ts';
import { changedLine, edited } from './mutant.ts';

const TEXT = `const BITS = 4u;
const UNUSED = 7u;
@group(0) @binding(0) var<storage, read_write> out : array<vec4<f32>, 8>;
fn unused(n : u32) { out[n] = vec4<f32>(); }
fn decode(word : u32, i : u32) -> u32 {
  return (word >> (BITS * i)) & 0xfu;
}
@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) lane : u32) {
  for (var i = 0u; i < 8u; i++) {
    if (lane < 3u && i < BITS) {
      out[lane + 0u * (BITS - 1u)] += fma(vec4<f32>(0.5f), vec4<f32>(f32(decode(lane, i))), -out[i]);
    }
  }
  workgroupBarrier();
}
`;

const module = new ModuleText(TEXT, ['main']);

/** What the mutants of a family make of one line. */
const linesOf = (family: string, line: number): string[] =>
  FAMILIES[family]!(module)
    .filter((mutant) => mutant.line === line)
    .map(({ operator, edits }) => `${operator}: ${changedLine(TEXT, edits[0]!)}`);

describe('mutants of a module', () => {
  test('are none where nothing that runs is changed: unused declarations, types, what 0 is multiplied by', () => {
    const mutants = Object.values(FAMILIES).flatMap((family) => family(module));
    expect(new Set(mutants.map(({ line }) => line))).toEqual(new Set([1, 6, 10, 11, 12, 15]));
    for (const { edits } of mutants) {
      for (const edit of edits) {
        expect(edited(TEXT, edit)).not.toBe(TEXT);
        expect(edited(TEXT, edit)).not.toMatch(/0u \* (?!\(BITS - 1u\))/);
        expect(edited(TEXT, edit)).toContain('array<vec4<f32>, 8>');
      }
    }
  });

  test('change numbers', () => {
    expect(linesOf('constants', 1)).toEqual([
      'number + 1: const BITS = 5u;',
      'number × 2: const BITS = 8u;',
      'number − 1: const BITS = 3u;',
      'number → 0: const BITS = 0u;',
    ]);
    expect(linesOf('constants', 6)).toContain('number + 1: return (word >> (BITS * i)) & 0x10u;');
  });

  test('change indices, and leave terms and factors out', () => {
    const lines = linesOf('indices', 12).map((line) => line.replace(/ [+=]= .*$/, ''));
    expect(lines).toContain('index + 1: out[(lane + 0u * (BITS - 1u)) + 1u]');
    expect(lines).toContain('term dropped: out[ 0u * (BITS - 1u)]');
    expect(linesOf('indices', 6)).toEqual([
      'factor dropped: return (word >> ( i)) & 0xfu;',
      'factor dropped: return (word >> (BITS )) & 0xfu;',
    ]);
  });

  test('shift bounds and drop guards', () => {
    expect(linesOf('bounds', 10)).toEqual(['comparison off by one: for (var i = 0u; i <= 8u; i++) {']);
    expect(linesOf('bounds', 11)).toEqual([
      'comparison off by one: if (lane <= 3u && i < BITS) {',
      'comparison off by one: if (lane < 3u && i <= BITS) {',
      'guard → true: if (true || true) {',
      'guard → false: if (false || false) {',
      'half a guard: if (lane < 3u) {',
      'half a guard: if (i < BITS) {',
    ]);
  });

  test('reverse shifts and change masks', () => {
    expect(linesOf('bits', 6)).toEqual([
      'shift reversed: return (word << (BITS * i)) & 0xfu;',
      'and ↔ or: return (word >> (BITS * i)) | 0xfu;',
      'bit of a mask lost: return (word >> (BITS * i)) & 0xeu;',
      'bit of a mask lost: return (word >> (BITS * i)) & 0x7u;',
    ]);
  });

  test('change operators and signs', () => {
    const lines = linesOf('arithmetic', 12);
    const sum = 'out[lane + 0u * (BITS - 1u)]';
    const product = 'vec4<f32>(0.5f), vec4<f32>(f32(decode(lane, i)))';
    expect(lines).toEqual([
      `sign lost: ${sum} += fma(${product}, out[i]);`,
      `+= → -=: ${sum} -= fma(${product}, -out[i]);`,
      `+= → =: ${sum} = fma(${product}, -out[i]);`,
      `addend dropped: ${sum} += ((vec4<f32>(0.5f)) * (vec4<f32>(f32(decode(lane, i)))));`,
    ]);
  });

  test('leave statements and barriers out', () => {
    expect(linesOf('statements', 12)).toEqual(['statement dropped: ']);
    expect(linesOf('statements', 15)).toEqual([]);
    expect(linesOf('barriers', 15)).toEqual(['barrier dropped: ']);
  });

  test('round and cut what an fma takes and what is assigned, once for each type that it may have', () => {
    const [half, bf16] = FAMILIES['precision']!(module).filter(({ line }) => line === 12);
    expect(half!.edits.map((edit) => changedLine(TEXT, edit))).toEqual([
      'out[lane + 0u * (BITS - 1u)] += fma(quantizeToF16((vec4<f32>(0.5f))), vec4<f32>(f32(decode(lane, i))), -out[i]);',
    ]);
    expect(bf16!.edits).toHaveLength(3);
    expect(linesOf('ranges', 12)[3]).toContain('fma(max((vec4<f32>(0.5f)), -(vec4<f32>(0.5f))),');
  });
});

describe('the order of mutants', () => {
  const namesOf = (text: string, family: string): string[] =>
    [...mutantsOf(new ModuleText(text, ['main']), 4)]
      .filter((mutant) => mutant.family === family)
      .map(({ operator, edits }) => `${operator}: ${changedLine(text, edits[0]!)}`)
      .filter((name) => !name.includes('for ('));

  test('begins with one of each family, and has every mutant once', () => {
    const all = [...mutantsOf(module, 4)];
    const families = Object.keys(FAMILIES);
    expect(new Set(all.slice(0, families.length).map(({ family }) => family))).toEqual(new Set(families));
    expect(all).toHaveLength(Object.values(FAMILIES).reduce((sum, family) => sum + family(module).length, 0));
  });

  test('stays when another line is changed', () => {
    const other = TEXT.replace('fn decode', '// A comment.\nfn decode').replace('i < 8u', 'i < 9u');
    for (const family of Object.keys(FAMILIES)) expect(namesOf(other, family)).toEqual(namesOf(TEXT, family));
  });
});

test('every loop gets an end, whatever its condition', () => {
  const text = `fn f() -> u32 {
  for (var i = 0u; (i < 3u || true); i++) { while (i > 1u) { } }
  loop { }
}
fn g() { }
`;
  expect(guardLoops(text)).toBe(`fn f() -> u32 { var guard_2 = 0u; var guard_1 = 0u; var guard_0 = 0u;
  for (var i = 0u; (i < 3u || true); i++) { if (guard_0 >= 4096u) { break; } guard_0++; while (i > 1u) { if (guard_1 >= 4096u) { break; } guard_1++; } }
  loop { if (guard_2 >= 4096u) { break; } guard_2++; }
}
fn g() { }
`);
});
