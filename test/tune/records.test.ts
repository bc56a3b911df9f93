import { describe, expect, test } from 'vitest';
import type { Environment, RecordFile, Result } from '../../src/io/record.ts';
import { DEFAULT_SPEC, formatOf } from '../../src/io/spec.ts';
import type { GemmProblem } from '../../src/kernels/problem.ts';
import { VARIANTS } from '../../src/kernels/registry.ts';
import { portability } from '../../src/tune/portability.ts';
import { portabilityInput } from '../../src/tune/records.ts';

const PROBLEM: GemmProblem = {
  ...{ M: 64, N: DEFAULT_SPEC.n, K: DEFAULT_SPEC.k, format: formatOf(DEFAULT_SPEC), layout: 'interleaved' },
  ...{ activation: 'f32', accumulator: 'f32', epilogue: 'none', output: 'f32' },
};

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
      [expect.stringMatching(/^tiled .*BM=64 BN=32/), [1, 0.5]],
      [expect.stringMatching(/^tiled .*BM=16 BN=32/), [0.5, 1]],
    ]);
    expect(features.get(cases[0]!)).toEqual({
      M: 64,
      N: DEFAULT_SPEC.n,
      K: DEFAULT_SPEC.k,
      maxComputeInvocationsPerWorkgroup: 256,
    });
  });

  test('keeps adapters apart that a browser gives no name, by what they can do', () => {
    const nameless = (maxBufferSize: number, medianNs: number): RecordFile => ({
      ...record('', [result({}, medianNs)]),
      environments: [{ ...environment(''), limits: { maxBufferSize } }],
    });
    const casesOf = (records: readonly RecordFile[]): Set<string> =>
      new Set(portabilityInput(records).times.map((time) => time.case));
    expect(casesOf([nameless(1024, 10), nameless(2048, 20)]).size).toBe(2);
    expect(casesOf([nameless(1024, 10), nameless(1024, 20)]).size).toBe(1);
  });

  test('leaves the user’s own WGSL out: it is none of our configurations', () => {
    const ours = result({}, 100);
    const own = {
      ...ours,
      spec: { ...ours.spec, wgsl: 'fn main() {}' },
      timing: { ...ours.timing!, medianNs: 1 },
    };
    expect(portabilityInput([record('One', [own, ours])]).times.map(({ time }) => time)).toEqual([100]);
  });

  test('keeps shapes apart', () => {
    const { times } = portabilityInput([record('One', [result({}, 10), result({}, 20, 128)])]);
    expect(new Set(times.map((time) => time.case)).size).toBe(2);
  });

  test('keeps apart what differs in anything but the kernel', () => {
    const base = result({}, 10);
    const others = [
      { zeroPoint: true },
      { secondLevel: 'double' },
      { output: 'f16' },
      { epilogue: 'gelu' },
      { cache: 'cold' },
    ] as const;
    const results = [base, ...others.map((fields) => ({ ...base, spec: { ...base.spec, ...fields } }))];
    const { times } = portabilityInput([record('One', results)]);
    expect(new Set(times.map((time) => time.case)).size).toBe(6);
  });

  test('knows the tile of a rejected configuration, so that what cannot run on one machine counts 0 there', () => {
    const full = { ...VARIANTS.tiled.defaults(PROBLEM), BM: 32 };
    const ran: Result = {
      ...result({ BM: 32 }, 10),
      kernel: {
        ...{ variant: 'tiled', params: full, wgslSha256: '', workgroups: 1 },
        ...{ workgroupSize: 64, workgroupBytes: 0, compileNs: 1 },
      },
    };
    const { timing, ...rejected } = result({ BM: 32 }, 10);
    expect(timing).toBeDefined();
    const { times } = portabilityInput([
      record('One', [ran]),
      record('Two', [{ ...rejected, status: 'unsupported', reason: 'too large' }, result({ BM: 16 }, 5)]),
    ]);
    expect(times[0]!.configuration).toBe(times[1]!.configuration);
    const { rows } = portability(times);
    expect(rows.find(({ configuration }) => configuration === times[0]!.configuration)?.shares).toEqual([
      1, 0,
    ]);
  });

  test('counts a wrong result as failed, however fast', () => {
    const wrong: Result = { ...result({ BM: 16 }, 1), status: 'wrong' };
    const { times } = portabilityInput([record('One', [result({ BM: 64 }, 10), wrong])]);
    expect(times.map(({ time }) => time)).toEqual([10, undefined]);
  });
});
