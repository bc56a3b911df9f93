import { HeldArrays } from './io/array-slices.ts';
import type { LabCall } from './lab/lab-call.ts';
import type { Progress, ProgressListener } from './lab/lab.ts';
import { replyOf, type Reply } from './lab/remote-lab.ts';
import { EngineClient } from './workers/engine-client.ts';

/** This page's face to Puppeteer: a lab for one call at a time. */
export interface HeadlessApi {
  /** Never rejects. Arrays that are properties of the reply's value are `ArrayStandIn`s. */
  call(call: LabCall): Promise<Reply>;
  /** Stops the call in flight. */
  abort(): void;
  /** A slice of an array of the last reply. */
  slice(array: number, from: number): string;
}

declare global {
  interface Window {
    subbyte: HeadlessApi;
    /** Given by Puppeteer before the page loads. */
    subbyteProgress?: (progress: Progress) => Promise<void>;
  }
}

/** Progress within a phase, but for samples, is told no more often than this [ms]: each time costs a message between processes. */
const PAUSE_MS = 100;

const client = new EngineClient();
let running = new AbortController();
/** Of the last reply. */
let arrays = new HeldArrays();

window.subbyte = {
  call: async (call) => {
    running = new AbortController();
    arrays = new HeldArrays();
    const sent = await replyOf(() => client.send(call, running.signal, progressTeller()));
    const reply = sent.kind === 'value' ? sent.value : sent;
    return reply.kind === 'value' ? { kind: 'value', value: arrays.without(reply.value) } : reply;
  },
  abort: () => {
    running.abort(new Error('stopped by the command line'));
  },
  slice: (array, from) => arrays.slice(array, from),
};

function progressTeller(): ProgressListener {
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
