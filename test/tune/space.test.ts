import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEFAULT_SPEC, formatOf } from '../../src/io/spec.ts';
import { DEFAULT_CAPS } from '../../src/kernels/caps.ts';
import type { GemmProblem } from '../../src/kernels/problem.ts';
import { VARIANTS } from '../../src/kernels/registry.ts';
import { kernelSpace } from '../../src/tune/kernel-space.ts';
import { RandomStream } from '../../src/tune/random-stream.ts';
import { Space } from '../../src/tune/space.ts';

/** A: 1, 2, 4; B: 10, 20, 30; only where A · 10 ≤ B: (1,10) (1,20) (1,30) (2,20) (2,30). */
const small = new Space(
  [
    { name: 'A', values: [1, 2, 4] },
    { name: 'B', values: [10, 20, 30] },
  ],
  ({ A, B }) => A! * 10 <= B!,
);

describe('a space', () => {
  test('numbers its legal points in the order of the grid', () => {
    expect(small.size).toBe(5);
    expect([0, 1, 2, 3, 4].map((point) => small.tile(point))).toEqual([
      { A: 1, B: 10 },
      { A: 1, B: 20 },
      { A: 1, B: 30 },
      { A: 2, B: 20 },
      { A: 2, B: 30 },
    ]);
    expect([...small.levels]).toEqual([0, 0, 0, 1, 0, 2, 1, 1, 1, 2]);
  });

  test('finds a point by its tile, and none by a tile that is not in it', () => {
    expect(small.pointOf({ B: 30, A: 2 })).toBe(4);
    expect(small.pointOf({ A: 2, B: 10 })).toBeUndefined();
    expect(small.pointOf({ A: 3, B: 30 })).toBeUndefined();
    expect(small.pointOf({ A: 2 })).toBeUndefined();
  });

  test('knows the legal neighbours along a parameter', () => {
    expect([...small.neighboursAlong(4, 0)]).toEqual([2]);
    expect([...small.neighboursAlong(1, 1)]).toEqual([0, 2]);
    expect([...small.neighboursAlong(0, 0)]).toEqual([]);
  });

  test('draws legal points, each about as often as any other', () => {
    const stream = new RandomStream(4);
    const counts = new Array<number>(5).fill(0);
    for (let i = 0; i < 5000; i++) counts[small.random(stream)]!++;
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });

  test('refuses a grid that is too large to number', () => {
    const values = Array.from({ length: 200 }, (_, i) => i);
    const dimensions = ['A', 'B', 'C'].map((name) => ({ name, values }));
    expect(() => new Space(dimensions, () => true)).toThrow('too large');
  });
});

test('a kernel’s space has the tiles that its plan accepts, and no other', () => {
  const problem: GemmProblem = {
    M: 64,
    N: 512,
    K: 512,
    format: formatOf(DEFAULT_SPEC),
    layout: 'interleaved',
    activation: 'f32',
    accumulator: 'f32',
    epilogue: 'none',
    output: 'f32',
  };
  const space = kernelSpace(VARIANTS.tiled, problem, DEFAULT_CAPS);
  expect(space.size).toBeGreaterThan(10);
  const others = { BK: 16, BUFFERS: 1, PAD: 0, RASTER: 1, SHUFFLE: 0 };
  expect(space.pointOf({ ...others, BM: 64, BN: 64, TM: 8, TN: 8 })).toBeDefined();
  // 128 · 128 outputs in fours by fours are 1024 invocations, more than the 256 of WebGPU's default.
  expect(space.pointOf({ ...others, BM: 128, BN: 128, TM: 4, TN: 4 })).toBeUndefined();
  const fixed = kernelSpace(VARIANTS.tiled, problem, DEFAULT_CAPS, { BK: 16, RASTER: 1 });
  expect(fixed.size).toBeLessThan(space.size);
  expect(fixed.tile(0)).toMatchObject({ BK: 16, RASTER: 1 });
  expect(fixed.tile(fixed.size - 1)).toMatchObject({ BK: 16, RASTER: 1 });
});

test('a random stream repeats itself and shuffles without loss', () => {
  fc.assert(
    fc.property(fc.nat(), fc.array(fc.nat(1e6), { maxLength: 30 }), (seed, elements) => {
      const shuffled = new RandomStream(seed).shuffled(elements);
      expect(shuffled).toEqual(new RandomStream(seed).shuffled(elements));
      expect([...shuffled].sort((a, b) => a - b)).toEqual(elements.toSorted((a, b) => a - b));
    }),
  );
});
