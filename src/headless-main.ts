import { encodeBase64Url } from './io/base64url.ts';
import type { Peaks } from './io/peaks.ts';
import type { Spec } from './io/spec.ts';
import { type Judged, type Lab, LabError, type Progress } from './lab/lab.ts';
import type { Reply } from './workers/engine-api.ts';
import { EngineClient } from './workers/engine-client.ts';

/** What the command line asks of this page; one call at a time. */
export type HeadlessCall =
  | { readonly method: 'environment' | 'caps' }
  | { readonly method: 'judged'; readonly part: keyof Judged; readonly from: number }
  | { readonly method: 'run' | 'verify' | 'wgsl' | 'checkDecode'; readonly spec: Spec }
  | { readonly method: 'sample'; readonly spec: Spec; readonly count: number }
  | { readonly method: 'peaks'; readonly known?: Peaks }
  | { readonly method: 'compare'; readonly specs: readonly Spec[] };

/** Some f32 of a part of what was judged, from where the call says, little-endian. */
export interface JudgedSlice {
  /** Numbers of the whole part. */
  readonly count: number;
  readonly base64Url: string;
}

/** This page's face to Puppeteer. */
export interface HeadlessApi {
  /** Never rejects: an error crosses as data, for a thrown one would lose its class. */
  call(call: HeadlessCall): Promise<Reply<unknown>>;
  /** Stops the call in flight. */
  abort(): void;
}

declare global {
  interface Window {
    subbyte: HeadlessApi;
    /** Given by Puppeteer before the page loads. */
    subbyteProgress?: (progress: Progress) => Promise<void>;
  }
}

/** Numbers of one slice: 4 MB. */
const SLICE = 1 << 20;

/** Progress within a phase, but for samples, is told no more often than this [ms]: each time costs a message between processes. */
const PAUSE_MS = 100;

const lab: Lab = new EngineClient();
let running = new AbortController();

window.subbyte = {
  call: async (call) => {
    running = new AbortController();
    try {
      return { kind: 'value', value: await answer(call, running.signal, progressTeller()) };
    } catch (error) {
      if (error instanceof LabError) return { kind: 'lab-error', code: error.code, message: error.message };
      const { name, message, stack = '' } = error instanceof Error ? error : new Error(String(error));
      return { kind: 'error', name, message, stack };
    }
  },
  abort: () => {
    running.abort(new Error('stopped by the command line'));
  },
};

function answer(
  call: HeadlessCall,
  signal: AbortSignal,
  onProgress: (progress: Progress) => void,
): Promise<unknown> {
  switch (call.method) {
    case 'environment':
      return lab.environment();
    case 'caps':
      return lab.caps();
    case 'judged':
      return sliceOf(call.part, call.from);
    case 'run':
      return lab.run(call.spec, signal, onProgress);
    case 'verify':
      return lab.verify(call.spec, signal, onProgress);
    case 'sample':
      return lab.sample(call.spec, call.count, signal, onProgress);
    case 'peaks':
      return lab.peaks(call.known, signal, onProgress);
    case 'compare':
      return lab.compare(call.specs, signal, onProgress);
    case 'wgsl':
      return lab.wgsl(call.spec);
    case 'checkDecode':
      return lab.checkDecode(call.spec, signal);
  }
}

/** Some numbers of what was judged, as text: a message between processes has no arrays of numbers, and an end to its length. */
async function sliceOf(part: keyof Judged, from: number): Promise<JudgedSlice | undefined> {
  const values = (await lab.judged())?.[part];
  if (!values) return undefined;
  const slice = values.slice(from, from + SLICE);
  return { count: values.length, base64Url: encodeBase64Url(new Uint8Array(slice.buffer)) };
}

function progressTeller(): (progress: Progress) => void {
  let phase: Progress['phase'] | undefined;
  let told = 0;
  return (progress) => {
    const now = performance.now();
    const isSample = progress.sampleNs !== undefined;
    if (progress.phase === phase && now - told < PAUSE_MS && !isSample) return;
    phase = progress.phase;
    told = now;
    void window.subbyteProgress?.(progress);
  };
}
