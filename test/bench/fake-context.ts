import type { CommandContext, Engine, EngineChoice } from '../../bench/context.ts';
import { runCommandLine } from '../../bench/command-line.ts';
import type { Peaks } from '../../src/io/peaks.ts';
import type { Environment, RecordFile, Result } from '../../src/io/record.ts';
import type { Spec } from '../../src/io/spec.ts';
import { DEFAULT_CAPS } from '../../src/kernels/caps.ts';
import type { BatteryNavigator } from '../../src/lab/battery.ts';
import type { Lab } from '../../src/lab/lab.ts';

/** A GPU that there is not. */
export const ENVIRONMENT: Environment = {
  engine: 'node',
  adapter: { vendor: 'acme', architecture: 'a1', description: 'Acme 9000', software: false },
  features: ['shader-f16'],
  limits: { maxBufferSize: 1024 },
  timer: { source: 'timestamp-query', stepNs: 1 },
  versions: { node: 'v20' },
};

/** What it can do at best. */
export const PEAKS: Peaks = {
  copyGbps: 400,
  readGbps: 420,
  cacheGbps: 1500,
  workgroupGbps: 9000,
  f32Gflops: 12000,
  dot4Gops: 48000,
};

/** A right and measured result. */
export const okResult = (spec: Spec): Result => ({
  environment: 7,
  spec,
  status: 'ok',
  retries: 0,
  verification: {
    passed: true,
    mode: 'full',
    checkedElements: spec.m * spec.n,
    maxAbsError: 0,
    maxRelError: 0,
    maxUlp: 0,
    nmse: 0,
    boundRatio: 0.25,
    integerExact: 'passed',
    missProbability: 0,
    smallestDetectable: 0,
    unwritten: 0,
    nonFinite: 0,
    checks: [
      { check: 'structure', outcome: 'passed', says: 'Exact on whole numbers.' },
      { check: 'races', outcome: 'not made', says: 'it has no workgroup memory' },
    ],
  },
  timing: {
    samplesNs: [1e6],
    dispatchesPerSample: 2,
    medianNs: 1e6,
    ciLowNs: 0.9e6,
    ciHighNs: 1.1e6,
    p5Ns: 1e6,
    p95Ns: 1e6,
    cache: 'hot',
    converged: true,
    throttledRounds: 0,
  },
});

/** What a fake lab answers, and what a command did with it. */
export interface Fake {
  /** Ends one experiment; by default it is right. */
  readonly result?: (spec: Spec) => Result;
  readonly lab?: Partial<Lab>;
  readonly openEngine?: (choice: EngineChoice) => Promise<Engine>;
  readonly environment?: Environment;
  readonly terminal?: boolean;
  /** By default one that cannot be written. */
  readonly peaksPath?: string;
  readonly winnersPath?: string;
  readonly journalsFolder?: string;
  readonly signal?: AbortSignal;
  /** By default a machine without a battery. */
  readonly power?: BatteryNavigator;
}

/** What a command line wrote, asked of the lab, and ended with. */
export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly specs: readonly Spec[];
  readonly engines: readonly EngineChoice[];
  readonly closed: number;
}

/** Runs a command line against a fake lab. */
export async function runFake(args: readonly string[], fake: Fake = {}): Promise<Ran> {
  const specs: Spec[] = [];
  const engines: EngineChoice[] = [];
  const written = { stdout: '', stderr: '' };
  let closed = 0;
  const end = (spec: Spec): Result => {
    specs.push(spec);
    return (fake.result ?? okResult)(spec);
  };
  const lab: Lab = {
    environment: () => Promise.resolve(fake.environment ?? ENVIRONMENT),
    run: (spec, _, onProgress) => {
      onProgress({ phase: 'measure', fraction: 0.5, detail: 'round 1 of 2' });
      return Promise.resolve(end(spec));
    },
    verify: (spec) => Promise.resolve(end(spec)),
    peaks: (known) => Promise.resolve(known ?? PEAKS),
    compare: (all) => Promise.resolve(recordOf(all.map(end))),
    sample: (_, count) => Promise.resolve({ kind: 'timed', samplesNs: new Array<number>(count).fill(1e6) }),
    judged: () => Promise.resolve(undefined),
    caps: () => Promise.resolve(DEFAULT_CAPS),
    checkDecode: () => Promise.resolve({ weights: 64, differing: 0 }),
    wgsl: (spec) => {
      specs.push(spec);
      return Promise.resolve({
        wgsl: 'fn main() {}\n',
        entryPoint: 'main',
        workgroupSize: 64,
        dispatch: [1, 1, 1],
        passes: 1,
        macsPerIteration: 8,
        files: [],
      });
    },
    ...fake.lab,
  };
  const context: CommandContext = {
    print: (text) => {
      written.stdout += text;
      return Promise.resolve();
    },
    warn: (text) => (written.stderr += text),
    terminal: fake.terminal ?? false,
    power: fake.power ?? {},
    winnersPath: fake.winnersPath ?? '/dev/null/winners.json',
    journalsFolder: fake.journalsFolder ?? '/dev/null/tune',
    peaksPath: fake.peaksPath ?? '/dev/null/peaks.json',
    signal: fake.signal ?? new AbortController().signal,
    openEngine: (choice) => {
      engines.push(choice);
      if (fake.openEngine) return fake.openEngine(choice);
      return Promise.resolve({
        name: choice.name,
        lab,
        close: () => {
          closed++;
          return Promise.resolve();
        },
      });
    },
  };
  const code = await runCommandLine(args, context);
  return { code, ...written, specs, engines, closed };
}

const recordOf = (results: Result[]): RecordFile => ({
  schemaVersion: 1,
  environments: [ENVIRONMENT],
  results: results.map((result) => ({ ...result, environment: 0 })),
  comparisons: results
    .slice(1)
    .map((_, i) => ({ a: 0, b: i + 1, ratio: 2, ciLow: 1.9, ciHigh: 2.1, marginPct: 1, verdict: 'SLOWER' })),
});
