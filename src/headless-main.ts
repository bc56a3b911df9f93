import { encodeBase64Url } from './io/base64url.ts';
import type { LabCall } from './lab/lab-call.ts';
import type { Progress, ProgressListener } from './lab/lab.ts';
import { replyOf, type Reply } from './lab/remote-lab.ts';
import { EngineClient } from './workers/engine-client.ts';

/** Stands for an array of f32 of a reply, which is fetched in slices: a message between processes has none, and an end to its length. */
export interface ArrayStandIn {
  /** Which array of the last reply. */
  readonly array: number;
  /** Numbers of it. */
  readonly length: number;
}

/** This page's face to Puppeteer: a lab for one call at a time. */
export interface HeadlessApi {
  /** Never rejects. Arrays that are properties of the reply's value are {@link ArrayStandIn}s. */
  call(call: LabCall): Promise<Reply>;
  /** Stops the call in flight. */
  abort(): void;
  /** Some numbers of an array of the last reply from `from` on, little-endian. */
  slice(array: number, from: number): string;
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

const client = new EngineClient();
let running = new AbortController();
/** Of the last reply. */
let arrays: Float32Array<ArrayBuffer>[] = [];

window.subbyte = {
  call: async (call) => {
    running = new AbortController();
    arrays = [];
    const sent = await replyOf(() => client.send(call, running.signal, progressTeller()));
    const reply = sent.kind === 'value' ? (sent.value as Reply) : sent;
    return reply.kind === 'value' ? { kind: 'value', value: withoutArrays(reply.value) } : reply;
  },
  abort: () => {
    running.abort(new Error('stopped by the command line'));
  },
  slice: (array, from) => encodeBase64Url(new Uint8Array(arrays[array]!.slice(from, from + SLICE).buffer)),
};

function withoutArrays(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const standIn = (property: unknown): unknown =>
    property instanceof Float32Array
      ? ({
          array: arrays.push(property as Float32Array<ArrayBuffer>) - 1,
          length: property.length,
        } satisfies ArrayStandIn)
      : property;
  return Object.fromEntries(Object.entries(value).map(([name, property]) => [name, standIn(property)]));
}

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
