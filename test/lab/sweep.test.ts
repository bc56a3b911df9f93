import { expect, test } from 'vitest';
import { DEFAULT_SPEC } from '../../src/io/spec.ts';
import { DEFAULT_CAPS } from '../../src/kernels/caps.ts';
import { LabError } from '../../src/lab/lab.ts';
import { sweep, type SweepOutcome, type SweepPoint } from '../../src/lab/sweep.ts';
import { okResult } from '../ui/fake-lab.ts';

test('a sweep tells each outcome as it is reached, so that an error that ends it loses none', async () => {
  const points = [8, 0, 16, 32].map((m): SweepPoint => {
    const spec = { ...DEFAULT_SPEC, m, n: 64, k: 64 };
    return { at: { m: String(m) }, spec: m === 0 ? { rejected: 'm is 0' } : spec };
  });
  const gone = new LabError('no-adapter', 'No adapter was found.');
  const told: SweepOutcome[] = [];
  const swept = sweep(
    points,
    {
      caps: () => Promise.resolve(DEFAULT_CAPS),
      run: ({ m }) => (m === 32 ? Promise.reject(gone) : Promise.resolve(okResult())),
    },
    new AbortController().signal,
    {
      onPoint: () => undefined,
      onProgress: () => undefined,
      onOutcome: (outcome) => told.push(outcome),
    },
  );
  await expect(swept).rejects.toBe(gone);
  expect(
    told.map(({ at, outcome }) => [at['m'], 'rejected' in outcome ? 'rejected' : outcome.status]),
  ).toEqual([
    ['8', 'ok'],
    ['0', 'rejected'],
    ['16', 'ok'],
  ]);
});
