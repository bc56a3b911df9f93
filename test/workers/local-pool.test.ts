import { describe, expect, it } from 'vitest';
import { exactInputs } from '../../src/reference/exact-data.ts';
import type { CheckRequest } from '../../src/reference/request.ts';
import { LocalPool } from '../../src/workers/local-pool.ts';
import { randomInputs } from '../reference/random-inputs.ts';
import { rightOutput, roundingOf } from '../reference/simulated-product.ts';
import { weightFormat } from '../support/weight-format.ts';

const FORMAT = weightFormat({ element: 'int8' });
const pool = new LocalPool();
const never = new AbortController().signal;
const inputs = randomInputs(FORMAT, 300, 20, 40, 3);
const request: CheckRequest = { inputs, rounding: roundingOf(FORMAT, 40), judge: 'bound', seed: 1 };
const output = rightOutput(inputs);

describe('LocalPool', () => {
  it('judges by the bound and names the worst element', async () => {
    const wrong = output.slice();
    wrong[20 * 123 + 4]! += 1;
    wrong[20 * 200 + 7]! += 9;
    const verdict = await pool.check(request, wrong, never);
    expect(verdict).toMatchObject({ passed: false, checkedElements: 6000, firstWrong: { m: 200, n: 7 } });
    expect(verdict.maxAbsError).toBeCloseTo(9, 3);
  });

  it('judges bit for bit what a bound would let pass', async () => {
    const rounding = roundingOf(FORMAT, 40);
    const problem = {
      M: 8,
      N: 20,
      K: 40,
      format: FORMAT,
      activation: 'f32',
      accumulator: 'f32',
      epilogue: 'none',
      output: 'f32',
      rounding,
    } as const;
    const exact = exactInputs(problem, 2);
    if (exact.kind === 'none') throw new Error(exact.reason);
    const off = rightOutput(exact.inputs);
    new Uint32Array(off.buffer)[33]! ^= 1;
    const by = (judge: CheckRequest['judge']): CheckRequest => ({
      inputs: exact.inputs,
      rounding,
      judge,
      seed: 1,
    });
    expect((await pool.check(by('bound'), off, never)).passed).toBe(true);
    expect(await pool.check(by('exact'), off, never)).toMatchObject({
      passed: false,
      firstWrong: { m: 1, n: 13 },
    });
  });

  it('stops between blocks when it is aborted', async () => {
    const abort = new AbortController();
    const heard: number[] = [];
    const check = pool.check(request, output, abort.signal, (fraction) => {
      heard.push(fraction);
      if (fraction > 0.1) abort.abort(new Error('enough'));
    });
    await expect(check).rejects.toThrow('enough');
    expect(heard.at(-1)).toBeLessThan(0.9);
  });
});
