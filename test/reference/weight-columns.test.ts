import { describe, expect, it } from 'vitest';
import { groupCount } from '../../src/formats/format.ts';
import { exactScales } from '../../src/formats/quantized.ts';
import { WeightColumns } from '../../src/reference/weight-columns.ts';
import { weightFormat } from '../support/weight-format.ts';
import { PRESET_FORMATS } from './formats.ts';
import { randomQuantized } from './random-inputs.ts';
import { decodeRounded } from './simulated-decode.ts';

const [N, K] = [5, 300];

const FORMATS = [
  ...PRESET_FORMATS,
  ['zero points', weightFormat({ element: 'int8', zeroPoint: true, group: 40 })],
  ['zero points less one', weightFormat({ element: 'bipolar2', zeroPoint: 'minus-one' })],
  ['minima', weightFormat({ element: 'e2m1', zeroPoint: 'min', scale: 'bf16' })],
  ['minima that a second level has', weightFormat({ zeroPoint: 'min', scale: 'i6', secondLevel: 'super' })],
] as const;

describe.each(FORMATS)('columns of %s', (_, format) => {
  const weights = randomQuantized(format, N, K, 7);
  const groups = groupCount(format, K);
  const columns = new WeightColumns({ format, K, columns: N });
  // In two slices, as a large matrix comes.
  for (const [from, to] of [
    [0, 2],
    [2, N],
  ] as const) {
    columns.load({
      column: from,
      codes: weights.codes.slice(from * K, to * K),
      scales: exactScales(weights, from, to),
      zeros: weights.zeros?.slice(from * groups, to * groups),
      mins: weights.mins?.slice(from * groups, to * groups),
    });
  }
  /** From what is stored, all of it in f64. */
  const expected = decodeRounded(weights, (exact) => exact);
  const panel = new Float64Array(N * K);
  columns.decodePanel(0, N, panel);

  it('decode to what the stored codes, scales, zero points and minima say', () => {
    for (let i = 0; i < panel.length; i++) {
      // Two roundings of f64.
      const allowed = 2 ** -51 * (Math.abs(expected[i]!) + Math.abs(weights.stored.offset ?? 0) * 2);
      expect(Math.abs(panel[i]! - expected[i]!)).toBeLessThanOrEqual(allowed);
    }
  });

  it('decode one weight, a column, a panel and a transposed panel alike', () => {
    const transposed = new Float64Array(K * (N + 2));
    columns.decodeTransposed(0, N, transposed, N + 2);
    const column = new Float64Array(K);
    for (let n = 0; n < N; n++) {
      columns.decode(n, column);
      for (let k = 0; k < K; k++) {
        expect(columns.decodeOne(n, k)).toBe(panel[n * K + k]!);
        expect(column[k]).toBe(panel[n * K + k]!);
        expect(transposed[k * (N + 2) + n]).toBe(panel[n * K + k]!);
      }
    }
  });

  it('have the largest |scale| of each', () => {
    for (let n = 0; n < N; n++) {
      const own = [...exactScales(weights, n, n + 1)].map(Math.abs);
      expect(columns.largestScale(n)).toBe(Math.max(...own));
    }
  });
});
