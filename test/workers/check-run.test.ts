import { expect, it } from 'vitest';
import { runCheck } from '../../src/workers/check-run.ts';
import type { AsyncReference } from '../../src/workers/reference-api.ts';
import { randomInputs } from '../reference/random-inputs.ts';
import { rightOutput, roundingOf } from '../reference/simulated-product.ts';
import { weightFormat } from '../support/weight-format.ts';

it('a check that has ended tells no progress when an answer still comes in', async () => {
  const format = weightFormat({ element: 'int8' });
  const inputs = randomInputs(format, 4, 8, 16, 1);
  const loads: (() => void)[] = [];
  const worker: AsyncReference = {
    open: () => Promise.resolve(),
    load: () => new Promise((resolve) => loads.push(resolve)),
    check: () => Promise.reject(new Error('not reached')),
    recheck: () => Promise.reject(new Error('not reached')),
    close: () => Promise.resolve(),
  };
  const request = { inputs, rounding: roundingOf(format, 16), judge: 'bound', seed: 1 } as const;
  const abort = new AbortController();
  let heard = 0;
  const running = runCheck([worker, worker], request, rightOutput(inputs), {
    signal: abort.signal,
    onProgress: () => {
      heard++;
      abort.abort(new Error('enough'));
    },
    fullCheckLimit: Infinity,
  });
  await expect.poll(() => loads.length).toBe(2);
  for (const answer of loads) answer();
  await expect(running).rejects.toThrow('enough');
  expect(heard).toBe(1);
});
