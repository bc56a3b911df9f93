import { expect, test } from 'vitest';
import { compose, locate } from '../../src/kernels/compose.ts';
import { prelude } from '../../src/kernels/prelude.ts';

const shader = compose([
  { name: 'a.wgsl', wgsl: 'one\ntwo\n' },
  { name: 'b.wgsl', wgsl: 'three\nfour' },
  { name: 'c.wgsl', wgsl: 'five\n' },
]);

test('parts are joined line by line, a missing newline at the end of one added', () => {
  expect(shader.code).toBe('one\ntwo\nthree\nfour\nfive\n');
});

test.each([
  [1, 'a.wgsl:1'],
  [2, 'a.wgsl:2'],
  [3, 'b.wgsl:1'],
  [4, 'b.wgsl:2'],
  [5, 'c.wgsl:1'],
  [6, 'line 6'],
])('line %i is found in %s', (line, place) => {
  expect(locate(shader, line)).toBe(place);
});

test('the prelude declares numbers as u32, marked ones as f32, and aliases', () => {
  const { wgsl } = prelude({ BM: 64, ZERO: { f32: 8 }, HALF: { f32: 0.5 }, Words: { alias: 'vec4<u32>' } });
  expect(wgsl).toBe('const BM = 64u;\nconst ZERO = 8.0f;\nconst HALF = 0.5f;\nalias Words = vec4<u32>;\n');
});
