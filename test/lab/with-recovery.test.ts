import { expect, test } from 'vitest';
import { DEFAULT_SPEC, type Spec } from '../../src/io/spec.ts';
import { DEFAULT_CAPS } from '../../src/kernels/caps.ts';
import { type Lab, LabError, LostError } from '../../src/lab/lab.ts';
import { type LabCall, labOf } from '../../src/lab/lab-call.ts';
import { withRecovery } from '../../src/lab/with-recovery.ts';
import { HARDWARE, okResult } from '../ui/fake-lab.ts';

const never = new AbortController().signal;
const ignore = (): void => undefined;

/** A lab of whose calls the first so many end with errors. */
function failing(...errors: readonly Error[]): { readonly lab: Lab; readonly asked: LabCall['method'][] } {
  const asked: LabCall['method'][] = [];
  const lab = labOf(({ method, args }) => {
    asked.push(method);
    const error = errors[asked.length - 1];
    if (error) return Promise.reject(error);
    if (method === 'caps') return Promise.resolve(DEFAULT_CAPS);
    return Promise.resolve(method === 'environment' ? HARDWARE : okResult(args[0] as Spec));
  });
  return { lab: withRecovery(lab), asked };
}

const LOST = new LostError('The device was lost.');

test('a call whose ground is lost begins again, once, and its result says so', async () => {
  expect(await failing(LOST).lab.run(DEFAULT_SPEC, never, ignore)).toMatchObject({
    status: 'ok',
    retries: 1,
  });
  expect(await failing(LOST).lab.caps()).toEqual(DEFAULT_CAPS);
});

test('lost again, an experiment has failed, and a question has no answer', async () => {
  const reason = LOST.message;
  const { lab, asked } = failing(LOST, LOST);
  expect(await lab.verify(DEFAULT_SPEC, never, ignore)).toMatchObject({
    status: 'failed',
    retries: 1,
    reason,
  });
  expect(asked).toEqual(['verify', 'verify']);
  expect(await failing(LOST, LOST).lab.sample(DEFAULT_SPEC, 2, never, ignore)).toEqual({
    ...{ kind: 'failed', cause: 'run', reason },
  });
  await expect(failing(LOST, LOST).lab.caps()).rejects.toThrow(reason);
});

test('a device that is not there to begin with is no loss; one that does not come back is', async () => {
  const none = new LabError('no-adapter', 'There is no adapter.');
  await expect(failing(none).lab.run(DEFAULT_SPEC, never, ignore)).rejects.toBe(none);
  expect(await failing(LOST, none).lab.run(DEFAULT_SPEC, never, ignore)).toMatchObject({
    status: 'failed',
    reason: none.message,
  });
});

test('a comparison that is cancelled asks nothing', async () => {
  const { lab, asked } = failing();
  const stopped = AbortSignal.abort(new Error('Esc'));
  await expect(lab.compare([DEFAULT_SPEC, DEFAULT_SPEC], stopped, ignore)).rejects.toThrow('Esc');
  expect(asked).toEqual([]);
});

test('any other error is thrown, and nothing begins again once it is cancelled', async () => {
  const bug = new TypeError('a bug');
  await expect(failing(bug).lab.run(DEFAULT_SPEC, never, ignore)).rejects.toBe(bug);
  const { lab, asked } = failing(LOST);
  const abort = new AbortController();
  const run = lab.run(DEFAULT_SPEC, abort.signal, ignore);
  abort.abort(new Error('Esc'));
  await expect(run).rejects.toThrow('Esc');
  expect(asked).toEqual(['run']);
});
