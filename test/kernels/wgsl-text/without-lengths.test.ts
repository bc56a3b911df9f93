import { expect, test } from 'vitest';
import { withoutLengths } from '../../../src/kernels/wgsl-text/without-lengths.ts';

test.each([
  ['var<storage, read> bias : array<f32, N>;', 'var<storage, read> bias : array<f32>;'],
  [
    '@group(0) var<storage, read_write> out : array<vec4<f32>, (A + B[2]) * select(1u, 2u, C < D)>;',
    '@group(0) var<storage, read_write> out : array<vec4<f32>>;',
  ],
  [
    'var<storage> a : array<array<u32, 4>, 8,>; var<storage> b : array<u32, 2>;',
    'var<storage> a : array<array<u32, 4>>; var<storage> b : array<u32>;',
  ],
  ['var<storage> a : array<vec2<f32>, 3u << 6u>; // b', 'var<storage> a : array<vec2<f32>>; // b'],
])('a buffer of a fixed length becomes one of any: %s', (text, expected) => {
  expect(withoutLengths(text)).toBe(expected);
});

test.each([
  'var<storage, read> weights : array<u32>;',
  'var<storage, read> weights : array<array<u32, 4>>;',
  'var<storage, read> one : f32; var<workgroup> tile : array<f32, 64>;',
  'var<workgroup> tile : array<f32, 64>; const table = array<u32, 2>(1u, 2u); // var<storage> x : array<u32, 2>;',
  'var<storage',
])('all else stays: %s', (text) => {
  expect(withoutLengths(text)).toBe(text);
});

test('lines stay where they are', () => {
  expect(withoutLengths('var<storage> a : array<u32,\n  4\n>;\nfn f() {}').split('\n')[3]).toBe('fn f() {}');
});
