import { describe, expect, test } from 'vitest';
import type { Environment, RecordFile, Result } from '../../src/io/record.ts';
import { DEFAULT_SPEC } from '../../src/io/spec.ts';
import { portability } from '../../src/tune/portability.ts';
import { portabilityInput } from '../../src/tune/records.ts';

const environment = (description: string): Environment => ({
  engine: 'chrome',
  adapter: { vendor: 'acme', architecture: '', description, software: false },
  features: [],
  limits: { maxComputeInvocationsPerWorkgroup: 256 },
  timer: { source: 'timestamp-query', stepNs: 1 },
  versions: {},
});

const result = (params: Readonly<Record<string, number>>, medianNs: number, m = 64): Result => ({
  environment: 0,
  spec: { ...DEFAULT_SPEC, m, kernel: 'tiled', params },
  status: 'ok',
  retries: 0,
  timing: {
    samplesNs: [medianNs],
    dispatchesPerSample: 1,
    medianNs,
    ciLowNs: medianNs,
    ciHighNs: medianNs,
    p5Ns: medianNs,
    p95Ns: medianNs,
    cache: 'hot',
    converged: true,
    throttledRounds: 0,
  },
});

const record = (description: string, results: readonly Result[]): RecordFile => ({
  schemaVersion: 1,
  environments: [environment(description)],
  results: [...results],
  comparisons: [],
});

describe('portabilityInput', () => {
  test('takes an adapter and a problem for a case, a kernel and its tile for a configuration', () => {
    const { times, features } = portabilityInput([
      record('One', [result({ BM: 64, BN: 32 }, 10), result({ BM: 16, BN: 32 }, 20)]),
      record('Two', [result({ BN: 32, BM: 64 }, 40), result({ BM: 16, BN: 32 }, 20)]),
    ]);
    const { cases, rows } = portability(times);
    expect(cases).toHaveLength(2);
    expect(rows.map(({ configuration, shares }) => [configuration, shares])).toEqual([
      ['tiled BM=64 BN=32', [1, 0.5]],
      ['tiled BM=16 BN=32', [0.5, 1]],
    ]);
    expect(features.get(cases[0]!)).toEqual({
      M: 64,
      N: DEFAULT_SPEC.n,
      K: DEFAULT_SPEC.k,
      maxComputeInvocationsPerWorkgroup: 256,
    });
  });

  test('keeps shapes apart', () => {
    const { times } = portabilityInput([record('One', [result({}, 10), result({}, 20, 128)])]);
    expect(new Set(times.map((time) => time.case)).size).toBe(2);
  });

  test('counts a wrong result as failed, however fast', () => {
    const wrong: Result = { ...result({ BM: 16 }, 1), status: 'wrong' };
    const { times } = portabilityInput([record('One', [result({ BM: 64 }, 10), wrong])]);
    expect(times.map(({ time }) => time)).toEqual([10, undefined]);
  });
});
