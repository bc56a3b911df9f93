import { DEFAULT_SPEC, type Spec } from '../../src/io/spec.ts';
import type { Peaks } from '../../src/io/peaks.ts';
import type { Environment, RecordFile, Result, Timing, Verification } from '../../src/io/record.ts';
import type { DecodeCheck, Lab, LabError, Phase, Progress, Sampled, WgslListing } from '../../src/lab/lab.ts';
import { DEFAULT_CAPS, type DeviceCaps } from '../../src/kernels/caps.ts';

/** A machine with a GPU, as a lab would describe it. */
export const HARDWARE: Environment = {
  engine: 'chrome',
  adapter: { vendor: 'acme', architecture: 'gen-9', description: 'Acme G900 (driver 1.2)', software: false },
  features: ['shader-f16', 'subgroups', 'timestamp-query'],
  limits: {
    maxBufferSize: 2147483648,
    maxComputeInvocationsPerWorkgroup: 1024,
    maxComputeWorkgroupSizeX: 1024,
    maxComputeWorkgroupStorageSize: 32768,
    maxComputeWorkgroupsPerDimension: 65535,
    maxStorageBufferBindingSize: 2147483644,
  },
  timer: { source: 'timestamp-query', stepNs: 65536 },
  versions: { browser: 'Fake 1.0' },
};

/** The same machine without a GPU and without f16. */
export const SOFTWARE: Environment = {
  ...HARDWARE,
  adapter: { vendor: 'google', architecture: 'swiftshader', description: '', software: true },
  features: ['timestamp-query'],
};

const VERIFIED: Verification = {
  passed: true,
  mode: 'full',
  checkedElements: 1536,
  maxAbsError: 1.2e-6,
  maxRelError: 3e-6,
  maxUlp: 3,
  nmse: 1e-14,
  nmseExpected: 4e-13,
  boundRatio: 0.0213,
  integerExact: 'passed',
  missProbability: 0,
  smallestDetectable: 0,
  unwritten: 0,
  nonFinite: 0,
  checks: [
    {
      check: 'structure',
      outcome: 'passed',
      says: 'No index is wrong: on whole numbers every output is exact.',
    },
    { check: 'precision', outcome: 'passed', says: '256 scales of f16 at 64 places along K.' },
    { check: 'races', outcome: 'not made', says: 'the text passes workgroup memory through a pointer' },
  ],
};

const TIMING: Timing = {
  samplesNs: [
    318, 313, 312, 311.5, 312.4, 312.9, 311.8, 310.9, 313.3, 312.2, 312.6, 325, 312.1, 311.9, 312.3,
  ].map((us) => us * 1000),
  dispatchesPerSample: 27,
  medianNs: 312_300,
  ciLowNs: 311_900,
  ciHighNs: 312_900,
  p5Ns: 311_000,
  p95Ns: 320_000,
  cache: 'hot',
  converged: true,
  throttledRounds: 0,
};

/** A right and timed result of `spec`. */
export const okResult = (spec: Spec = DEFAULT_SPEC): Result => ({
  environment: 0,
  spec,
  status: 'ok',
  retries: 0,
  verification: VERIFIED,
  timing: TIMING,
  derived: {
    flops: { value: 1572864, kind: 'exact' },
    bytes: { value: 493568, kind: 'modelled' },
    gflops: { value: 5.036, kind: 'measured' },
    gbps: { value: 1.58, kind: 'modelled' },
  },
  kernel: {
    variant: 'gemv',
    params: { WG: 64, TN: 1 },
    wgslSha256: 'ab'.repeat(32),
    workgroups: 24,
    workgroupSize: 64,
    workgroupBytes: 2048,
    compileNs: 41e6,
  },
  quantization: { bitsPerWeight: 4.5, relRmse: 0.0812 },
});

/** A result that is wrong in several ways, and so was not timed. */
export const wrongResult = (spec: Spec = DEFAULT_SPEC): Result => {
  const { environment, retries, kernel, quantization } = okResult(spec);
  return {
    environment,
    spec,
    status: 'wrong',
    retries,
    kernel,
    quantization,
    verification: {
      ...VERIFIED,
      passed: false,
      boundRatio: 51234.5,
      integerExact: 'failed',
      checks: [
        { check: 'structure', outcome: 'failed', says: 'Outputs on exact data are not exact.' },
        { check: 'size', outcome: 'failed', says: 'It computes in less precision than declared.' },
      ],
      unwritten: 2,
      firstWrong: { m: 0, n: 3, got: 1.25, expected: 0.3125 },
    },
  };
};

/** A run that ended without an output. */
export const endedResult = (
  status: 'unsupported' | 'failed',
  reason: string,
  spec: Spec = DEFAULT_SPEC,
): Result => ({
  environment: 0,
  spec,
  status,
  reason,
  retries: 0,
});

const PHASES: readonly Phase[] = [
  'weights',
  'compile',
  'verify',
  'calibrate',
  'warm-up',
  'measure',
  'post-check',
];

/** What a {@link FakeLab} plays. */
export interface FakeScript {
  readonly environment?: Environment | LabError;
  readonly result?: (spec: Spec) => Result;
  /** Pause before each step of progress [ms]; 0 for none. */
  readonly stepMs?: number;
}

/** A lab without a GPU: it plays a script, honours the signal, and remembers what it was asked to run. */
export class FakeLab implements Lab {
  readonly ran: Spec[] = [];
  script: FakeScript;

  constructor(script: FakeScript = {}) {
    this.script = script;
  }

  environment(): Promise<Environment> {
    const environment = this.script.environment ?? HARDWARE;
    return environment instanceof Error ? Promise.reject(environment) : Promise.resolve(environment);
  }

  async run(spec: Spec, signal: AbortSignal, onProgress: (progress: Progress) => void): Promise<Result> {
    this.ran.push(spec);
    for (const phase of PHASES) {
      await pause(this.script.stepMs ?? 0);
      signal.throwIfAborted();
      onProgress({ phase, fraction: 0.5, detail: `half of ${phase}` });
    }
    return (this.script.result ?? okResult)(spec);
  }

  verify(spec: Spec, signal: AbortSignal, onProgress: (progress: Progress) => void): Promise<Result> {
    return this.run(spec, signal, onProgress);
  }

  async compare(
    specs: readonly Spec[],
    signal: AbortSignal,
    onProgress: (progress: Progress) => void,
  ): Promise<RecordFile> {
    const results: Result[] = [];
    for (const spec of specs) results.push(await this.run(spec, signal, onProgress));
    return { schemaVersion: 1, environments: [await this.environment()], results, comparisons: [] };
  }

  peaks(known?: Peaks): Promise<Peaks> {
    const peaks = { copyGbps: 400, readGbps: 420, cacheGbps: 1500, workgroupGbps: 9000, f32Gflops: 12000 };
    return Promise.resolve(known ?? peaks);
  }

  sample(_spec: Spec, count: number): Promise<Sampled> {
    return Promise.resolve({ kind: 'timed', samplesNs: new Array<number>(count).fill(1e6) });
  }

  judged(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  caps(): Promise<DeviceCaps> {
    return Promise.resolve(DEFAULT_CAPS);
  }

  checkDecode(): Promise<DecodeCheck> {
    return Promise.resolve({ weights: 64, differing: 0 });
  }

  wgsl(): Promise<WgslListing> {
    return Promise.resolve({
      wgsl: Array.from(
        { length: 60 },
        (_, i) => `const LINE_${i} = ${i}u; // a line that is long enough to need a scroll bar on a phone\n`,
      ).join(''),
      entryPoint: 'main',
      workgroupSize: 64,
      dispatch: [24, 1, 1],
      passes: 1,
      macsPerIteration: 32,
      files: [{ name: 'generated: constants', firstLine: 1, lines: 60 }],
    });
  }
}

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));
