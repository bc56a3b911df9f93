import { describe, expect, it } from 'vitest';
import { uniformInteger } from '../../src/base/random.ts';
import { exactInputs } from '../../src/reference/exact-data.ts';
import type { CheckRequest } from '../../src/reference/request.ts';
import { LocalPool } from '../../src/workers/local-pool.ts';
import { weightFormat } from '../support/weight-format.ts';
import { rightOutput, roundingOf } from './simulated-product.ts';

const [M, N, K] = [12, 70, 64];
const pool = new LocalPool();
const sampling = new LocalPool(0);
const never = new AbortController().signal;

describe.each([
  ['e2m1 in halves', weightFormat({ element: 'e2m1' }), 2 ** -1],
  ['e2m3 in eighths', weightFormat({ element: 'e2m3', scale: 'ue4m3', secondLevel: 'tensor' }), 2 ** -3],
  ['mxint8 in 64ths', weightFormat({ element: 'int8-mx', scale: 'e8m0' }), 2 ** -6],
  ['bipolar2 with stored zero points in twos', weightFormat({ element: 'bipolar2', zeroPoint: true }), 2],
  ['minima in halves', weightFormat({ element: 'e2m1', zeroPoint: 'min' }), 2 ** -1],
] as const)('exact data of %s', (_, format, unit) => {
  const rounding = roundingOf(format, K);
  const exact = exactInputs(
    { M, N, K, format, activation: 'f32', accumulator: 'f32', epilogue: 'none', output: 'f32', rounding },
    5,
  );
  if (exact.kind === 'none') throw new Error(exact.reason);
  const request: CheckRequest = { inputs: exact.inputs, rounding, judge: 'exact', seed: 3, unit: exact.unit };
  const right = rightOutput(exact.inputs);

  it('are integers in that unit', () => {
    expect(exact).toMatchObject({ kind: 'integer', unit });
  });

  it('pass by projection, all of them', async () => {
    expect(await sampling.check(request, right, never)).toMatchObject({
      passed: true,
      mode: 'sampled',
      missProbability: 2 ** -20,
    });
  });

  it('are condemned for one output that is wrong by one unit or by one bit', async () => {
    for (let seed = 0; seed < 20; seed++) {
      const at = uniformInteger(seed, 1, 0, M * N - 1);
      const place = { m: Math.floor(at / N), n: at % N };
      const byUnit = right.slice();
      byUnit[at]! += unit;
      const byBit = right.slice();
      new Uint32Array(byBit.buffer)[at]! ^= 1;
      for (const wrong of [byUnit, byBit]) {
        for (const checker of [pool, sampling]) {
          const verdict = await checker.check({ ...request, seed }, wrong, never);
          expect(verdict).toMatchObject({ passed: false, firstWrong: place });
        }
      }
    }
  });

  it('pass by recomputing where the unit is left out and they are no integers', async () => {
    const inOnes: CheckRequest = { ...request, unit: 1 };
    const integers = unit >= 1;
    expect(await sampling.check(inOnes, right, never)).toMatchObject({
      passed: true,
      mode: integers ? 'sampled' : 'full',
    });
  });
});
