import { describe, expect, test } from 'vitest';
import {
  type Environment,
  parseRecord,
  RecordError,
  type RecordFile,
  type Result,
} from '../../src/io/record.ts';
import { DEFAULT_SPEC } from '../../src/io/spec.ts';

const environment: Environment = {
  engine: 'node',
  adapter: { vendor: 'mesa', architecture: '', description: 'llvmpipe', software: true },
  features: ['timestamp-query'],
  limits: { maxBufferSize: 268435456 },
  timer: { source: 'timestamp-query', stepNs: 1 },
  versions: { node: '20.20.2' },
};

const result: Result = {
  environment: 0,
  spec: DEFAULT_SPEC,
  status: 'ok',
  retries: 0,
  verification: {
    passed: true,
    mode: 'full',
    checkedElements: 1536,
    maxAbsError: 1e-6,
    maxRelError: 1e308,
    maxUlp: 3,
    nmse: 1e-14,
    boundRatio: 0.2,
    integerExact: 'passed',
    missProbability: 0,
    smallestDetectable: 0,
    unwritten: 0,
    nonFinite: 0,
  },
  timing: {
    samplesNs: [1000, 1010],
    dispatchesPerSample: 10,
    medianNs: 1005,
    ciLowNs: 1000,
    ciHighNs: 1010,
    p5Ns: 1000,
    p95Ns: 1010,
    cache: 'hot',
    converged: true,
    throttledRounds: 0,
  },
  quantization: { bitsPerWeight: 4.5, relRmse: 0.08 },
};

const record: RecordFile = {
  schemaVersion: 1,
  environments: [environment],
  results: [
    result,
    { environment: 0, spec: DEFAULT_SPEC, status: 'unsupported', reason: 'BM is too large', retries: 0 },
  ],
  comparisons: [{ a: 0, b: 1, ratio: 1, ciLow: 0.9, ciHigh: 1.1, marginPct: 5, verdict: 'SAME' }],
};

const change = (edit: (copy: RecordFile) => void): RecordFile => {
  const copy = structuredClone(record);
  edit(copy);
  return copy;
};

describe('parseRecord', () => {
  test('a record survives being written and read', () => {
    expect(parseRecord(JSON.parse(JSON.stringify(record)))).toEqual(record);
  });

  test('the fault and the errors of quantized activations are kept', () => {
    const quantized = change((copy) => {
      const verification = copy.results[0]!.verification!;
      verification.activationFault = 'a sum is wrong';
      verification.againstUnquantizedActivations = { maxAbsError: 0.5, maxRelError: 1e308, nmse: 1e-4 };
    });
    expect(parseRecord(JSON.parse(JSON.stringify(quantized)))).toEqual(quantized);
  });

  test.each([
    [
      'a number that JSON cannot hold',
      change((copy) => (copy.results[0]!.timing!.medianNs = Infinity)),
      'results[0].timing.medianNs is Infinity: it must be a finite number.',
    ],
    [
      'a time of nothing',
      change((copy) => (copy.results[0]!.timing!.medianNs = 0)),
      'results[0].timing.medianNs is 0: it must be a number above 0.',
    ],
    [
      'a sample that is no number',
      change((copy) => (copy.results[0]!.timing!.samplesNs[1] = NaN)),
      'results[0].timing.samplesNs[1] is NaN: it must be a finite number.',
    ],
    [
      'an invalid spec',
      change((copy) => (copy.results[1]!.spec = { ...DEFAULT_SPEC, m: 0 })),
      'results[1].spec.m is 0: it must be a whole number from 1 to 1048576.',
    ],
    [
      'an environment that is not there',
      change((copy) => (copy.results[1]!.environment = 1)),
      "results[1].environment is 1, but the record's environments number 1, counted from 0.",
    ],
    [
      'a comparison with a result that is not there',
      change((copy) => (copy.comparisons[0]!.b = 2)),
      "comparisons[0].b is 2, but the record's results number 2, counted from 0.",
    ],
    ['another version', { ...record, schemaVersion: 2 }, 'schemaVersion is 2: it must be 1.'],
    ['no list of results', { ...record, results: {} }, 'results is {}: it must be a list.'],
    ['no record', 5, 'The record is 5: it must be an object.'],
  ])('%s is refused by its place', (_, value, message) => {
    const act = (): unknown => parseRecord(value);
    expect(act).toThrow(RecordError);
    expect(act).toThrow(message);
  });

  test('an infinite number is refused as JSON spells it', () => {
    const json = JSON.stringify(record).replace('"medianNs":1005', '"medianNs":1e999');
    expect(() => parseRecord(JSON.parse(json))).toThrow('medianNs is Infinity');
  });
});
