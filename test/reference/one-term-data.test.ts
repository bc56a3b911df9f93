import { describe, expect, it } from 'vitest';
import { floorLog2 } from '../../src/formats/float-element.ts';
import { elementValues } from '../../src/formats/element.ts';
import { elementOf, groupCount, scaleOf, type WeightFormat } from '../../src/formats/format.ts';
import { PRESETS } from '../../src/formats/presets.ts';
import type { ScaleType } from '../../src/formats/scale-type.ts';
import type { ExactProblem } from '../../src/reference/exact-range.ts';
import { oneTermGrid, oneTermPlaces } from '../../src/reference/one-term-grid.ts';
import { OneTermData } from '../../src/reference/one-term-data.ts';
import { weightFormat } from '../support/weight-format.ts';
import { scaleCodes } from '../support/every-code.ts';
import { partsOf } from './simulated-decode.ts';
import { checkKernel, decoding, ordinaryActivations, termsProblem } from './simulated-terms.ts';

const preset = (name: string): WeightFormat => PRESETS[name]!.format;

/** The largest magnitude that any code may have in any run, before it is rounded. */
function largestWeight(problem: ExactProblem, seed: number): number {
  const { M, N, K, format } = problem;
  const data = new OneTermData(problem, seed);
  const values = elementValues(elementOf(format)).filter(Number.isFinite);
  const ends = [Math.min(...values), Math.max(...values)].map((value) => values.indexOf(value));
  let largest = 0;
  for (let run = 0; run < data.grid.runs; run++) {
    const { scales } = data.run(run, ordinaryActivations(M, K));
    for (const code of ends) {
      const weights = {
        ...scales,
        codes: new Uint8Array(N * K).fill(code),
        scales: new Float32Array(),
        mins: undefined,
      };
      for (let n = 0; n < N; n++) {
        for (let k = 0; k < K; k += 16) {
          const { scale, value, min } = partsOf(weights, n, k, (exact) => exact);
          largest = Math.max(
            largest,
            Math.abs(scale),
            Math.abs(scale * value),
            Math.abs(scale * value + min),
          );
        }
      }
    }
  }
  return largest;
}

describe('the data', () => {
  const runsOf = (problem: ExactProblem) => {
    const data = new OneTermData(problem, 1);
    const ordinary = ordinaryActivations(problem.M, problem.K);
    return { data, runs: Array.from({ length: data.grid.runs }, (_, i) => data.run(i, ordinary)) };
  };

  it.each([
    [1, weightFormat()],
    [2, weightFormat({ zeroPoint: 'min' })],
    [7, preset('q4_k')],
    [40, preset('bnb-nf4-dq')],
    [7, preset('mxfp4')],
    [3, preset('nvfp4')],
    [3, weightFormat({ group: 'K' })],
  ])('of %i rows of %o: a row and a column meet in one activation that is not 0', (M, format) => {
    const [N, K] = [18, 256];
    const { runs } = runsOf(termsProblem(format, { M, N, K }));
    const groups = groupCount(format, K);
    for (const { places, activations, scales } of runs) {
      const weights = {
        ...scales,
        codes: new Uint8Array(N * K),
        scales: new Float32Array(),
        mins: undefined,
      };
      for (const m of places.rows) {
        for (let n = 0; n < N; n++) {
          const met = Array.from({ length: K }, (_, k) => k).filter((k) => {
            const { scale, min } = partsOf(weights, n, k, Math.fround);
            return activations[m * K + k] !== 0 && (scale !== 0 || min !== 0);
          });
          expect(met.length).toBeLessThanOrEqual(1);
          expect(groups).toBeGreaterThan(0);
        }
      }
    }
  });

  it.each([
    ['mxfp4', 'e8m0'],
    ['nvfp4', 'ue4m3'],
    ['q4_k', 'u6'],
    ['q2_k', 'u4'],
    ['q6_k', 'i8'],
    ['q3_k', 'i6'],
    ['bnb-nf4-dq', 'dynamic8'],
  ] as const)('of %s have every scale of type %s that leaves weights finite', (name, type: ScaleType) => {
    const problem = termsProblem(preset(name), { M: 8, N: 512 });
    const found = checkKernel(problem, decoding(Math.fround));
    const most = type === 'e8m0' ? (2 - 2 ** -23) * 2 ** 127 : Infinity;
    const finite = scaleCodes(type).filter(
      (code) => Math.abs(scaleOf(preset(name)).decode(code)) * 6 <= most,
    );
    expect(found.scales).toBe(finite.length);
  });

  it('have scales of f16 of both signs at every exponent, subnormal ones too', () => {
    const { runs } = runsOf(termsProblem(weightFormat(), { N: 512 }));
    const seen = new Set(
      runs.flatMap(({ scales }) =>
        [...scales.stored.scales].map((code) => scaleOf(weightFormat()).decode(code)),
      ),
    );
    for (let exponent = -24; exponent <= 15; exponent++) {
      for (const sign of [1, -1]) {
        const there = [...seen].some((value) => value * sign > 0 && floorLog2(value * sign) === exponent);
        expect([exponent, sign, there]).toEqual([exponent, sign, true]);
      }
    }
  });

  it.each([
    weightFormat({ element: 'e3m1', scale: 'dynamic8', secondLevel: 'double' }),
    weightFormat({ element: 'ternary', zeroPoint: 'minus-one' }),
    weightFormat({ zeroPoint: 'min' }),
    weightFormat({ element: 'int4', group: 16, scale: 'u4', secondLevel: 'super', zeroPoint: true }),
    weightFormat({ element: 'int3', group: 128, scale: 'u6', secondLevel: 'super', zeroPoint: true }),
    ...['bnb-nf4-dq', 'nvfp4', 'q4_k', 'mxfp4'].map(preset),
  ])('of %o leave every weight finite in f16', (format) => {
    const problem = termsProblem(format, { M: 4, N: 40 });
    const rounding = { ...problem.rounding, halfTerms: 16, halfRoundings: 3, halfScaled: true };
    for (let seed = 0; seed < 6; seed++) {
      expect(largestWeight({ ...problem, rounding }, seed)).toBeLessThanOrEqual(65504);
    }
  });

  it('has as many different rows as its grid says, of any M', () => {
    for (let M = 1; M <= 700; M++) {
      const problem = termsProblem(weightFormat(), { M });
      const grid = oneTermGrid(problem, 1);
      for (const run of [0, 1, 7]) {
        const { rows } = oneTermPlaces(problem, grid, run, M);
        expect([M, run, new Set(rows.filter((m) => m < M)).size]).toEqual([M, run, grid.rows]);
      }
    }
  });

  it('see 64 places along K, and 256 scales of each family, in as few runs as that takes, and in eight at most', () => {
    for (const [M, N, K, format, most] of [
      [1, 512, 4096, weightFormat(), 4],
      [1, 512, 512, weightFormat(), 8],
      [16, 512, 4096, preset('mxfp4'), 6],
      [64, 512, 4096, weightFormat(), 2],
      [512, 512, 4096, weightFormat(), 2],
      [512, 512, 4096, preset('nvfp4'), 2],
      [1, 512, 4096, preset('mxfp4'), 8],
      [1, 1, 1, weightFormat(), 8],
    ] as const) {
      const { grid } = new OneTermData(termsProblem(format, { M, N, K }), 1);
      expect(grid.runs).toBeLessThanOrEqual(most);
      if (most === 8) continue;
      expect(grid.rows * grid.across * grid.runs).toBeGreaterThanOrEqual(64);
      expect(N * grid.down * grid.runs).toBeGreaterThanOrEqual(512);
    }
  });

  it.each([
    [1, 512],
    [4, 1024],
    [7, 4096],
  ])('have in each of %i rows at each place of a group a small activation, K %i', (M, K) => {
    const problem = termsProblem(weightFormat(), { M, N: 512, K, activation: 'f16' });
    const { runs } = runsOf(problem);
    for (let m = 0; m < M; m++) {
      const small = new Set<number>();
      const large = new Set<number>();
      for (const { places, activations } of runs) {
        const across = places.ks.length / places.rows.length;
        const i = places.rows.indexOf(m);
        for (const k of places.ks.subarray(i * across, (i + 1) * across)) {
          (Math.abs(activations[m * K + k]!) < 2 ** -11 ? small : large).add(k % 32);
        }
      }
      expect([m, small.size, large.size]).toEqual([m, 32, 32]);
    }
  });

  it.each([64, 96, 128, 320, 512])('leave no column of a tile without a scale that is not 0, N %i', (N) => {
    for (const M of [1, 4, 17, 300]) {
      const { data, runs } = runsOf(termsProblem(weightFormat(), { M, N, K: 256 }));
      const { across, down, cell } = data.grid;
      const unseen = Array.from({ length: N }, (_, n) => n).filter((n) =>
        runs.every(({ places, scales }) =>
          Array.from({ length: down }, (_, x) => places.cells[(n % across) * down + x]!).every(
            (c) => (scales.stored.scales[n * 8 + (c * cell) / 32]! & 0x7fff) === 0,
          ),
        ),
      );
      // Of many columns a few may have had scales of 0 alone; they lie in no pattern.
      expect(unseen.length).toBeLessThan(N / 100);
      expect(unseen.filter((n) => n >= N - 2)).toEqual([]);
    }
  });

  it('have the last row of many in each run, with a power of two and with many bits', () => {
    for (const M of [8, 17, 64, 65, 129, 1025, 2049]) {
      const { data, runs } = runsOf(termsProblem(weightFormat(), { M, N: 64, K: 256 }));
      const { across, rows } = data.grid;
      const kinds = new Set<boolean>();
      for (const { places, activations } of runs) {
        expect(places.rows.at(-1)).toBe(M - 1);
        for (const k of places.ks.subarray((rows - 1) * across)) {
          const value = Math.abs(activations[(M - 1) * 256 + k]!);
          kinds.add(value === 2 ** floorLog2(value));
        }
      }
      expect([M, kinds.size]).toEqual([M, 2]);
    }
  });

  it.each([
    [1, 4096],
    [1, 8192],
    [4, 11008],
  ])('of few rows, here %i, have an activation of many bits in every group of K %i', (M, K) => {
    const { data, runs } = runsOf(termsProblem(weightFormat(), { M, N: 512, K }));
    const unseen = new Set(Array.from({ length: data.grid.cells }, (_, c) => c));
    for (const { places, activations } of runs) {
      places.ks.forEach((k, index) => {
        const value = Math.abs(activations[places.rows[Math.floor(index / data.grid.across)]! * K + k]!);
        if (value !== 2 ** floorLog2(value)) unseen.delete(Math.floor(k / 32));
      });
    }
    expect([...unseen]).toEqual([]);
  });

  it('go through all 255 codes of int8 activations', () => {
    const { runs } = runsOf(termsProblem(weightFormat(), { M: 8, N: 512, K: 4096, activation: 'i8' }));
    const codes = new Set<number>();
    for (const { places, activations } of runs) {
      places.rows.forEach((m, i) => {
        for (const k of places.ks.subarray(
          (i * places.ks.length) / places.rows.length,
          ((i + 1) * places.ks.length) / places.rows.length,
        )) {
          const peak = activations[m * 4096 + (k ^ 1)]!;
          if (peak !== 0) codes.add((activations[m * 4096 + k]! * 127) / Math.abs(peak));
        }
      });
    }
    expect(codes.size).toBe(255);
  });

  it('leave other rows, and cells that meet no scale, as the ordinary ones are', () => {
    const problem = termsProblem(weightFormat(), { M: 16, N: 512, K: 4096 });
    const ordinary = ordinaryActivations(16, 4096);
    const [run] = runsOf(problem).runs;
    for (let m = 0; m < 16; m++) {
      const row = run!.activations.subarray(m * 4096, (m + 1) * 4096);
      const given = ordinary.subarray(m * 4096, (m + 1) * 4096);
      if (run!.places.rows.includes(m)) {
        const kept = row.filter((a, k) => a === given[k]).length;
        expect(kept).toBeGreaterThan(0);
        expect(kept).toBeLessThan(4096);
      } else expect(row).toEqual(given);
    }
  });
});
