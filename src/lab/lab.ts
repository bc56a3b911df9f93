import type { Peaks } from '../io/peaks.ts';
import type { Environment, RecordFile, Result } from '../io/record.ts';
import type { Spec } from '../io/spec.ts';
import type { DeviceCaps } from '../kernels/caps.ts';

/** What a running experiment is doing, for a progress line. */
export type Phase =
  'peaks' | 'weights' | 'compile' | 'verify' | 'calibrate' | 'warm-up' | 'measure' | 'post-check';

/** One step of progress. */
export interface Progress {
  readonly phase: Phase;
  /** Done so far, 0 … 1, within the phase. */
  readonly fraction: number;
  /** One line for users: `round 12 of 20`. */
  readonly detail: string;
  /** Where samples are asked for and not a result: one of them, in turn [ns per dispatch]. */
  readonly sampleNs?: number;
}

/** Hears of each step. */
export type ProgressListener = (progress: Progress) => void;

/** Where a lab may run. `auto` takes hardware and falls back to software. */
export type AdapterChoice = 'auto' | 'hardware' | 'software';

/** The WGSL that a spec compiles to, and how it is launched: what `wgsl --json` prints. */
export interface WgslListing {
  readonly wgsl: string;
  readonly entryPoint: string;
  readonly workgroupSize: number;
  readonly dispatch: readonly number[];
  readonly passes: number;
  readonly macsPerIteration: number;
  /** Where each part of the text comes from. */
  readonly files: readonly { readonly name: string; readonly firstLine: number; readonly lines: number }[];
}

/** Weights as a device and the CPU decoded them: how many differ, and the first. */
export interface DecodeComparison {
  readonly weights: number;
  readonly differing: number;
  readonly first?: { readonly n: number; readonly k: number; readonly gpu: number; readonly cpu: number };
}

/** What a kernel was judged by: the real data of a verification, before any time was taken. */
export interface Judged {
  /** [M, K] as the kernel multiplied them: rounded to f16, or quantized, where activations are. */
  readonly activations: Float32Array<ArrayBuffer>;
  /** [M, N] */
  readonly output: Float32Array<ArrayBuffer>;
}

/** What became of decoding weights on a device and on the CPU, or why it cannot be done. */
export type DecodeCheck = { readonly rejected: string } | DecodeComparison;

/** A few samples of an experiment's time [ns per dispatch], or why there are none. */
export type Sampled =
  | { readonly kind: 'timed'; readonly samplesNs: readonly number[] }
  | {
      readonly kind: 'failed';
      /** `timeout`: one dispatch takes longer than is timed. */
      readonly cause: 'compile' | 'run' | 'timeout';
      /** For users. */
      readonly reason: string;
    };

/**
 * Runs experiments from spec to result. The page reaches one in a worker, the command line one in Chrome or Node; all
 * have this interface. Every way an experiment can end is a value in its `Result`; only cancelling throws, and, where no recovery is
 * put around a lab (see `withRecovery`), a LostError.
 */
export interface Lab {
  /** Opens the adapter if need be and describes it. @throws LabError where there is none. */
  environment(): Promise<Environment>;
  /** Verifies, then measures. @throws the signal's reason once it aborts. */
  run(spec: Spec, signal: AbortSignal, onProgress: ProgressListener): Promise<Result>;
  /** Verifies only: no timing in the result. */
  verify(spec: Spec, signal: AbortSignal, onProgress: ProgressListener): Promise<Result>;
  /**
   * The adapter's measured ceilings, by which results from then on tell how near they came: those given, else newly measured.
   */
  peaks(known: Peaks | undefined, signal: AbortSignal, onProgress: ProgressListener): Promise<Peaks>;
  /** Measures 2–9 experiments in interleaved rounds; each is compared with the first. */
  compare(specs: readonly Spec[], signal: AbortSignal, onProgress: ProgressListener): Promise<RecordFile>;
  /**
   * Takes samples of one experiment's time without a verdict on it and without a protocol's rounds: enough to search by, and
   * nothing to report.
   *
   * @throws the signal's reason once it aborts.
   */
  sample(spec: Spec, count: number, signal: AbortSignal, onProgress: ProgressListener): Promise<Sampled>;
  /**
   * What the last call of `run` or `verify` judged, be it right or wrong; `undefined` where its kernel never ran. Kept until the
   * next call of either.
   */
  judged(): Promise<Judged | undefined>;
  /** What plans may ask of the adapter: it tells which tiles are legal. */
  caps(): Promise<DeviceCaps>;
  /** The WGSL that a spec compiles to, or the constraint that stands against it. */
  wgsl(spec: Spec): Promise<WgslListing | { readonly rejected: string }>;
  /** Decodes a spec's weights on the device and on the CPU, and compares them bit for bit. */
  checkDecode(spec: Spec, signal: AbortSignal): Promise<DecodeCheck>;
}

/**
 * How a method is called: so many arguments that are plain data, then what it hears, a signal and a listener; and in what it gives its
 * results. Written out because only data can travel to where the lab is, and because what is lost on the way is told in results.
 */
type CallShape<Args, Gives> = (Args extends [...infer Data, AbortSignal, ProgressListener]
  ? { readonly args: Data['length']; readonly hears: 'signal, progress' }
  : Args extends [...infer Data, AbortSignal]
    ? { readonly args: Data['length']; readonly hears: 'signal' }
    : {
        readonly args: Args extends readonly unknown[] ? Args['length'] : never;
        readonly hears: 'nothing';
      }) & {
  readonly gives: Gives extends Promise<Result>
    ? 'result'
    : Gives extends Promise<RecordFile>
      ? 'record'
      : Gives extends Promise<Sampled>
        ? 'samples'
        : 'answer';
};

/** Every method of a {@link Lab}; a new one is a row here, and is served and asked for from afar as it is. */
export const LAB_METHODS: {
  readonly [Name in keyof Lab]: CallShape<Parameters<Lab[Name]>, ReturnType<Lab[Name]>>;
} = {
  environment: { args: 0, hears: 'nothing', gives: 'answer' },
  run: { args: 1, hears: 'signal, progress', gives: 'result' },
  verify: { args: 1, hears: 'signal, progress', gives: 'result' },
  peaks: { args: 1, hears: 'signal, progress', gives: 'answer' },
  compare: { args: 1, hears: 'signal, progress', gives: 'record' },
  sample: { args: 2, hears: 'signal, progress', gives: 'samples' },
  judged: { args: 0, hears: 'nothing', gives: 'answer' },
  caps: { args: 0, hears: 'nothing', gives: 'answer' },
  wgsl: { args: 1, hears: 'nothing', gives: 'answer' },
  checkDecode: { args: 1, hears: 'signal', gives: 'answer' },
};

/** What keeps a lab from opening; `code` tells a page or a command what to advise. */
export class LabError extends Error {
  override readonly name = 'LabError';
  readonly code: 'no-webgpu' | 'no-adapter' | 'no-device';
  constructor(code: 'no-webgpu' | 'no-adapter' | 'no-device', message: string) {
    super(message);
    this.code = code;
  }
}

/** The device, worker or browser under a call is gone. The message is for users; another call finds a fresh one. */
export class LostError extends Error {
  override readonly name: string = 'LostError';
}
