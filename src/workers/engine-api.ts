import type { Peaks } from '../io/peaks.ts';
import type { Environment, RecordFile, Result } from '../io/record.ts';
import type { Spec } from '../io/spec.ts';
import type { DeviceCaps } from '../kernels/caps.ts';
import type { DecodeCheck, Judged, LabError, Progress, Sampled, WgslListing } from '../lab/lab.ts';
import type { WorkerSource } from './make-worker.ts';

/** What an engine worker must know that only the page can tell it. Plain data. */
export interface EngineSetup {
  /** Where the reference workers come from; an address must be absolute. */
  readonly reference: WorkerSource;
  /** Absolute address of the folder of samples, with a slash at its end. */
  readonly samples: string;
  /** The engine's name and the versions for the record. */
  readonly engine: string;
  readonly versions: Readonly<Record<string, string>>;
}

/** How a call ended. An error crosses as data, for a thrown one would lose its class and its code. */
export type Reply<T> =
  | { readonly kind: 'value'; readonly value: T }
  | { readonly kind: 'lab-error'; readonly code: LabError['code']; readonly message: string }
  | { readonly kind: 'error'; readonly name: string; readonly message: string; readonly stack: string };

/** Hears progress on the other side; what it returns is not waited for. */
export type ProgressListener = (progress: Progress) => unknown;

/**
 * What the engine worker does: a lab whose calls are numbered, so that each can be aborted. Both ends import this and
 * nothing of each other.
 */
export interface EngineApi {
  /** Comes before any other call. */
  open(setup: EngineSetup): void;
  environment(): Promise<Reply<Environment>>;
  run(call: number, spec: Spec, onProgress: ProgressListener): Promise<Reply<Result>>;
  verify(call: number, spec: Spec, onProgress: ProgressListener): Promise<Reply<Result>>;
  peaks(call: number, known: Peaks | undefined, onProgress: ProgressListener): Promise<Reply<Peaks>>;
  compare(call: number, specs: readonly Spec[], onProgress: ProgressListener): Promise<Reply<RecordFile>>;
  sample(call: number, spec: Spec, count: number, onProgress: ProgressListener): Promise<Reply<Sampled>>;
  judged(): Promise<Reply<Judged | undefined>>;
  caps(): Promise<Reply<DeviceCaps>>;
  wgsl(spec: Spec): Promise<Reply<WgslListing | { readonly rejected: string }>>;
  checkDecode(call: number, spec: Spec): Promise<Reply<DecodeCheck>>;
  /** Asks a call to stop; it then ends with an error. One that has ended already is left alone. */
  abort(call: number): void;
  /** Whether the page is in front: what is measured in the background does not count. */
  setInFront(inFront: boolean): void;
  /** Loses the device under whatever is running, as a driver's reset would; the next call opens another. */
  simulateDeviceLoss(): Promise<void>;
}
