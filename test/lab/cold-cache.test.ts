import { expect, test } from 'vitest';
import { setCache } from '../../src/lab/cold-cache.ts';
import { PlanError } from '../../src/device/plan-error.ts';
import type { Subject } from '../../src/lab/subject.ts';
import { spec } from './specs.ts';

/** An experiment whose device makes so many bytes of copies, or fails. */
const subjectOn = (rotateWeights: (bytes: number) => Promise<number>, cache: 'hot' | 'cold'): Subject =>
  ({ spec: spec({ cache }), loaded: { rotateWeights } }) as unknown as Subject;

const asked: number[] = [];
const willing = (bytes: number): Promise<number> => {
  asked.push(bytes);
  return Promise.resolve(bytes);
};

test('a hot cache needs nothing', async () => {
  expect(await setCache(subjectOn(willing, 'hot'), false, 1)).toEqual({ kind: 'hot' });
  expect(asked).toEqual([]);
});

test('a cold cache takes 256 MiB of a GPU, less where eight share it, and 64 MiB of a CPU', async () => {
  for (const [software, count] of [
    [false, 1],
    [false, 8],
    [true, 1],
  ] as const) {
    await setCache(subjectOn(willing, 'cold'), software, count);
  }
  expect(asked.map((bytes) => bytes / 2 ** 20)).toEqual([256, 128, 64]);
});

test('copies that a cache may hold are warned of: of small weights, and where many share the memory', async () => {
  const granting = (bytes: number) => subjectOn(() => Promise.resolve(bytes * 2 ** 20), 'cold');
  const warningOf = async (bytes: number, software: boolean): Promise<unknown> => {
    const state = await setCache(granting(bytes), software, 1);
    return state.kind === 'cold' ? state.warning : state;
  };
  expect(await warningOf(192, false)).toBeUndefined();
  expect(await warningOf(128, false)).toContain('128.0 MiB together, which a cache may hold');
  expect(await warningOf(48, true)).toBeUndefined();
  expect(await warningOf(32, true)).toContain('32.0 MiB');
  const shared = await setCache(subjectOn(willing, 'cold'), false, 8);
  expect(shared).toHaveProperty('warning');
});

test('a GPU without the memory fails the experiment with what to do, a lost one is passed on', async () => {
  const failing = (code: 'out-of-memory' | 'lost') =>
    subjectOn(() => Promise.reject(new PlanError(code, ['no room.'])), 'cold');
  expect(await setCache(failing('out-of-memory'), false, 1)).toEqual({
    kind: 'failed',
    reason: 'no room. Take cache "hot", or a smaller product.',
  });
  await expect(setCache(failing('lost'), false, 1)).rejects.toMatchObject({ code: 'lost' });
});
