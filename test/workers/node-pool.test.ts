import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { CheckRequest } from '../../src/reference/request.ts';
import { LocalPool } from '../../src/workers/local-pool.ts';
import { nodePool } from '../../src/workers/node/node-pool.ts';
import type { WorkerPool } from '../../src/workers/reference-pool.ts';
import { randomInputs } from '../reference/random-inputs.ts';
import { rightOutput, roundingOf } from '../reference/simulated-product.ts';
import { weightFormat } from '../support/weight-format.ts';
import { type BuiltWorker, buildReferenceWorker } from './built-worker.ts';
import { lowRankProduct } from './low-rank-product.ts';

const FORMAT = weightFormat({ element: 'uint4', group: 16, scale: 'f32', zeroPoint: true });
const never = new AbortController().signal;

let built: BuiltWorker;
let pool: WorkerPool;

beforeAll(async () => {
  built = await buildReferenceWorker();
  pool = nodePool(built.script, 2);
});

afterEach(() => {
  pool.close();
});

afterAll(() => built.remove());

const request = (M: number, N: number, K: number): CheckRequest => ({
  inputs: randomInputs(FORMAT, M, N, K, 17),
  rounding: roundingOf(FORMAT, K),
  judge: 'bound',
  seed: 5,
});

/** Several seconds of work for one worker, tenths of a second to make. */
const long = (): CheckRequest => {
  const { inputs, ...rest } = request(1, 1024, 1024);
  const activations = new Float32Array(1024 * 1024).map((_, i) => (i % 37) - 18);
  return { ...rest, inputs: { ...inputs, M: 1024, activations } };
};

/** The same number but for its last few bits. */
const alike = (value: number): number =>
  value === 0 ? 0 : (expect.closeTo(value, Math.min(99, Math.ceil(10 - Math.log10(value)))) as number);

describe('a pool of two worker threads', () => {
  it.each([
    ['few rows, split by columns', 1, 75, 40],
    ['many rows', 70, 33, 48],
    ['one element', 1, 1, 1],
  ])('gives the verdict that one thread gives: %s', async (_, M, N, K) => {
    const one = request(M, N, K);
    const output = rightOutput(one.inputs);
    const wrong = output.slice();
    wrong[Math.floor(wrong.length / 2)]! += 1;
    for (const candidate of [output, wrong]) {
      const here = await new LocalPool().check(one, candidate, never);
      const there = await pool.check(one, candidate, never);
      // The sums behind these are merged in whatever order the parts come.
      expect(there).toEqual({
        ...here,
        nmse: expect.closeTo(here.nmse, 12) as number,
        nmseExpected: alike(here.nmseExpected),
        oneWay: alike(here.oneWay),
      });
      expect(there.passed).toBe(candidate === output);
    }
  });

  it('leaves the buffers of the caller alone', async () => {
    const one = request(20, 30, 40);
    const output = rightOutput(one.inputs);
    const before = output.slice();
    await pool.check(one, output, never);
    expect(output).toEqual(before);
    expect(one.inputs.activations).toHaveLength(800);
    expect(one.inputs.weights.codes).toHaveLength(1200);
  });

  it('tells of progress up to 1, never backwards', async () => {
    const one = request(90, 40, 64);
    const heard: number[] = [];
    await pool.check(one, rightOutput(one.inputs), never, (fraction) => heard.push(fraction));
    expect(heard.length).toBeGreaterThan(4);
    expect(heard).toEqual([...heard].sort((a, b) => a - b));
    expect(heard.at(-1)).toBe(1);
  });

  it('runs checks that are asked for together one after the other', async () => {
    const sizes = [10, 20, 30].map((M) => request(M, 25, 32));
    const verdicts = await Promise.all(sizes.map((one) => pool.check(one, rightOutput(one.inputs), never)));
    expect(verdicts.map(({ passed, checkedElements }) => [passed, checkedElements])).toEqual([
      [true, 250],
      [true, 500],
      [true, 750],
    ]);
  });
});

describe('an abort', () => {
  it('stops a check within half a second with its reason, and the next check works', async () => {
    const abort = new AbortController();
    const one = long();
    const running = pool.check(one, new Float32Array(1024 * 1024), abort.signal, (fraction) => {
      // Deep in the work: the weights are loaded and some blocks are done.
      if (fraction > 0.1 && !abort.signal.aborted) {
        abortedAt = performance.now();
        abort.abort(new Error('enough'));
      }
    });
    let abortedAt = 0;
    await expect(running).rejects.toThrow('enough');
    expect(performance.now() - abortedAt).toBeLessThan(500);
    const next = request(8, 9, 10);
    expect((await pool.check(next, rightOutput(next.inputs), never)).passed).toBe(true);
  });

  it('before the start rejects at once', async () => {
    const one = request(2, 2, 2);
    await expect(
      pool.check(one, rightOutput(one.inputs), AbortSignal.abort(new Error('no'))),
    ).rejects.toThrow('no');
  });

  it('of a waiting check leaves the running one alone', async () => {
    const abort = new AbortController();
    const one = request(60, 50, 64);
    const running = pool.check(one, rightOutput(one.inputs), never);
    const waiting = pool.check(one, rightOutput(one.inputs), abort.signal);
    abort.abort(new Error('not any more'));
    await expect(waiting).rejects.toThrow('not any more');
    expect((await running).passed).toBe(true);
  });
});

describe('a worker', () => {
  const one = request(3, 4, 5);
  const output = rightOutput(one.inputs);

  it('that cannot be loaded is reported', async () => {
    const missing = nodePool(`${built.script}.missing.mjs`, 2);
    await expect(missing.check(one, output, never)).rejects.toMatchObject({ name: 'WorkerError' });
  });

  it('that dies in a check is reported', async () => {
    const script = await built.write(
      'dying.mjs',
      "import { parentPort } from 'node:worker_threads'; parentPort.on('message', () => process.exit(3));",
    );
    await expect(nodePool(script, 2).check(one, output, never)).rejects.toThrow(/exited with code 3/);
  });

  it('that throws unheard is reported', async () => {
    const script = await built.write('throwing.mjs', "throw new Error('broken at birth');");
    await expect(nodePool(script, 1).check(one, output, never)).rejects.toThrow(/broken at birth/);
  });

  it('closed under a running check ends that check', async () => {
    const running = pool.check(long(), new Float32Array(1024 * 1024), never, () => {
      pool.close();
    });
    await expect(running).rejects.toThrow(/closed/);
  });
});

describe('a product of 4096 × 4096 × 4096', () => {
  it('is verified, integer data and real data, within 10 s without holding the calling thread', async () => {
    const exact = lowRankProduct(4096, 'exact');
    const real = lowRankProduct(4096, 'bound');
    let longest = 0;
    let last = performance.now();
    const clock = setInterval(() => {
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
    }, 1);
    const start = performance.now();
    const verdicts = [
      await pool.check(exact.request, exact.output, never),
      await pool.check(real.request, real.output, never),
    ];
    const took = performance.now() - start;
    clearInterval(clock);
    expect(verdicts).toMatchObject([
      { passed: true, mode: 'sampled', missProbability: 2 ** -20 },
      { passed: true, mode: 'sampled' },
    ]);
    expect(took).toBeLessThan(10_000);
    expect(longest).toBeLessThan(250);
    exact.output[4096 * 4095 + 17]! += 1;
    const wrong = await pool.check(exact.request, exact.output, never);
    expect(wrong).toMatchObject({ passed: false, firstWrong: { m: 4095, n: 17 } });
  });
});
