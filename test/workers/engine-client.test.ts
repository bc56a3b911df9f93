import { MessageChannel } from 'node:worker_threads';
import { expose, wrap } from 'comlink';
import { describe, expect, it } from 'vitest';
import type { Peaks } from '../../src/io/peaks.ts';
import type { RecordFile, Result } from '../../src/io/record.ts';
import { DEFAULT_SPEC } from '../../src/io/spec.ts';
import { DEFAULT_CAPS } from '../../src/kernels/caps.ts';
import {
  type Judged,
  type Lab,
  LabError,
  LostError,
  type Progress,
  type Sampled,
} from '../../src/lab/lab.ts';
import { remoteLab } from '../../src/lab/remote-lab.ts';
import type { Foreground } from '../../src/measure/foreground.ts';
import type { EngineApi } from '../../src/workers/engine-api.ts';
import { EngineClient } from '../../src/workers/engine-client.ts';
import type { EngineConnection } from '../../src/workers/engine-connection.ts';
import { engineService } from '../../src/workers/engine-service.ts';
import { nodeEndpoint } from '../../src/workers/node/node-endpoint.ts';
import { WorkerError } from '../../src/workers/worker-error.ts';

const RESULT: Result = { environment: 0, spec: DEFAULT_SPEC, status: 'ok', retries: 0 };
const RECORD: RecordFile = { schemaVersion: 1, environments: [], results: [RESULT], comparisons: [] };
const PEAKS: Peaks = { copyGbps: 1, readGbps: 2, cacheGbps: 3, workgroupGbps: 4, f32Gflops: 5 };
const SAMPLED: Sampled = { kind: 'timed', samplesNs: [3, 4] };
const JUDGED: Judged = { activations: new Float32Array([1, 2]), output: new Float32Array([3]) };
const STEP: Progress = { phase: 'measure', fraction: 0.5, detail: 'round 1 of 2' };
const never = new AbortController().signal;
const ignore = (): void => undefined;

/** A lab whose `run` does what a test says; the rest answers at once. */
const labWith = (run: Lab['run']): Lab => ({
  environment: () => Promise.reject(new LabError('no-adapter', 'no adapter here')),
  run,
  verify: run,
  peaks: (known) => Promise.resolve(known ?? PEAKS),
  compare: () => Promise.resolve(RECORD),
  sample: () => Promise.resolve(SAMPLED),
  judged: () => Promise.resolve(JUDGED),
  caps: () => Promise.resolve(DEFAULT_CAPS),
  wgsl: () => Promise.resolve({ rejected: 'BM must divide 64' }),
  checkDecode: () => Promise.resolve({ weights: 64, differing: 0 }),
});

/** Connects clients to services on the other end of a message channel, and counts what became of them. */
class Engines {
  started = 0;
  terminated = 0;
  devicesLost = 0;
  /** What the newest engine's measurements know of the page. */
  foreground: Foreground | undefined;
  /** Makes the newest engine die. */
  kill: (error: Error) => void = ignore;
  readonly #run: Lab['run'];

  constructor(run: Lab['run']) {
    this.#run = run;
  }

  readonly connect = (): EngineConnection => {
    this.started++;
    const { port1, port2 } = new MessageChannel();
    const service = engineService((_, foreground) => {
      this.foreground = foreground;
      return {
        ...labWith(this.#run),
        simulateDeviceLoss: () => {
          this.devicesLost++;
          return Promise.resolve();
        },
      };
    });
    expose(service, nodeEndpoint(port2));
    const api = wrap<EngineApi>(nodeEndpoint(port1));
    void api.open({ reference: { kind: 'text', text: '' }, samples: '', engine: 'test', versions: {} });
    return {
      api,
      died: new Promise<never>((_, reject) => {
        this.kill = reject;
      }),
      terminate: () => {
        this.terminated++;
        port1.close();
      },
    };
  };
}

/** The lab that a client reaches. */
const labOver = (client: EngineClient): Lab => remoteLab((...call) => client.send(...call));

/** Rejects with the signal's reason when it aborts, as a lab does. */
const untilAborted: Lab['run'] = (_, signal) =>
  new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => {
      reject(signal.reason as Error);
    });
  });

describe('EngineClient', () => {
  it('gives results as plain data and passes progress on', async () => {
    const engines = new Engines((_, __, onProgress) => {
      onProgress(STEP);
      return Promise.resolve(RESULT);
    });
    const client = new EngineClient(engines.connect);
    const lab = labOver(client);
    const heard: Progress[] = [];
    const result = await lab.run(DEFAULT_SPEC, never, (progress) => heard.push(progress));
    expect(result).toEqual(RESULT);
    expect(await lab.compare([DEFAULT_SPEC], never, ignore)).toEqual(RECORD);
    expect(await lab.sample(DEFAULT_SPEC, 2, never, ignore)).toEqual(SAMPLED);
    expect(await lab.judged()).toEqual(JUDGED);
    expect(await lab.caps()).toEqual(DEFAULT_CAPS);
    expect(await lab.wgsl(DEFAULT_SPEC)).toEqual({ rejected: 'BM must divide 64' });
    expect(heard).toEqual([STEP]);
    expect(engines.started).toBe(1);
  });

  it('keeps the code of a LabError', async () => {
    const client = new EngineClient(new Engines(untilAborted).connect);
    const lab = labOver(client);
    const failure = await lab.environment().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(LabError);
    expect(failure).toMatchObject({ code: 'no-adapter', message: 'no adapter here' });
  });

  it('does not take the death of a worker that the engine uses for its own', async () => {
    const engines = new Engines(() => Promise.reject(new WorkerError('A reference worker stopped.')));
    const failure: unknown = await labOver(new EngineClient(engines.connect))
      .run(DEFAULT_SPEC, never, ignore)
      .catch((error: unknown) => error);
    expect(failure).not.toBeInstanceOf(LostError);
    expect(failure).toMatchObject({ name: 'WorkerError', message: 'A reference worker stopped.' });
  });

  it('passes on name and message of any other error', async () => {
    const engines = new Engines(() => Promise.reject(new RangeError('too far')));
    const run = labOver(new EngineClient(engines.connect)).run(DEFAULT_SPEC, never, ignore);
    await expect(run).rejects.toMatchObject({ name: 'RangeError', message: 'too far' });
  });

  it('stops a call that is aborted, rejects with the reason and keeps the engine', async () => {
    const engines = new Engines(untilAborted);
    const client = new EngineClient(engines.connect);
    const lab = labOver(client);
    const abort = new AbortController();
    const run = lab.run(DEFAULT_SPEC, abort.signal, ignore);
    setTimeout(() => {
      abort.abort(new Error('cancelled by hand'));
    }, 20);
    await expect(run).rejects.toThrow('cancelled by hand');
    await lab.wgsl(DEFAULT_SPEC);
    expect(engines).toMatchObject({ started: 1, terminated: 0 });
  });

  it('ends an engine that does not stop in time, and starts another for the next call', async () => {
    const engines = new Engines(() => new Promise(() => undefined));
    const client = new EngineClient(engines.connect, 50);
    const lab = labOver(client);
    const abort = new AbortController();
    const run = lab.run(DEFAULT_SPEC, abort.signal, ignore);
    const beside = lab.run(DEFAULT_SPEC, never, ignore);
    abort.abort(new Error('cancelled by hand'));
    await expect(run).rejects.toThrow('cancelled by hand');
    await expect(beside).rejects.toThrow(LostError);
    expect(engines).toMatchObject({ started: 1, terminated: 1 });
    await lab.wgsl(DEFAULT_SPEC);
    expect(engines.started).toBe(2);
  });

  it('does not start an engine for a call that was aborted before', async () => {
    const engines = new Engines(untilAborted);
    const run = labOver(new EngineClient(engines.connect)).run(
      DEFAULT_SPEC,
      AbortSignal.abort(new Error('early')),
      ignore,
    );
    await expect(run).rejects.toThrow('early');
    expect(engines.started).toBe(0);
  });

  it('reports an engine that dies, and starts another for the next call', async () => {
    const engines = new Engines(untilAborted);
    const client = new EngineClient(engines.connect);
    const lab = labOver(client);
    const run = lab.verify(DEFAULT_SPEC, never, ignore);
    engines.kill(new WorkerError('The engine worker stopped.'));
    const failure: unknown = await run.catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(LostError);
    expect(failure).toMatchObject({ message: 'The engine worker stopped.' });
    await lab.wgsl(DEFAULT_SPEC);
    expect(engines.started).toBe(2);
  });

  it('tells the engine when the page goes to the background, and one that is started meanwhile', async () => {
    const engines = new Engines(untilAborted);
    const client = new EngineClient(engines.connect);
    const lab = labOver(client);
    await lab.wgsl(DEFAULT_SPEC);
    client.setInFront(false);
    await lab.wgsl(DEFAULT_SPEC);
    expect(engines.foreground?.lapses).toBe(1);
    const run = lab.verify(DEFAULT_SPEC, never, ignore);
    engines.kill(new WorkerError('The engine worker stopped.'));
    await expect(run).rejects.toThrow('stopped');
    await lab.wgsl(DEFAULT_SPEC);
    expect(engines.foreground?.lapses).toBe(1);
    client.setInFront(true);
    await lab.wgsl(DEFAULT_SPEC);
    await engines.foreground!.wait(never);
    expect(engines.started).toBe(2);
  });

  it('can take the device away', async () => {
    const engines = new Engines(untilAborted);
    const client = new EngineClient(engines.connect);
    await client.simulateDeviceLoss();
    expect(engines.devicesLost).toBe(1);
  });
});
