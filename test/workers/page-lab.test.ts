import { describe, expect, test } from 'vitest';
import type { Peaks } from '../../src/io/peaks.ts';
import type { Environment } from '../../src/io/record.ts';
import { DEFAULT_SPEC } from '../../src/io/spec.ts';
import { Kept } from '../../src/lab/kept.ts';
import type { Lab } from '../../src/lab/lab.ts';
import type { LabCall } from '../../src/lab/lab-call.ts';
import type { Reply } from '../../src/lab/remote-lab.ts';
import type { EngineConnection } from '../../src/workers/engine-connection.ts';
import { type PageLab, pageLab } from '../../src/workers/page-lab.ts';
import { MapStorage } from '../support/map-storage.ts';
import { HARDWARE, okResult, SOFTWARE } from '../ui/fake-lab.ts';

const PEAKS: Peaks = { copyGbps: 1, readGbps: 2, cacheGbps: 3, workgroupGbps: 4, f32Gflops: 5 };
const never = new AbortController().signal;

/** A page that a test hides, whose engine notes what it is asked. */
class FakePage extends EventTarget {
  visibilityState: DocumentVisibilityState = 'visible';
  readonly asked: string[] = [];
  /** So many runs take the engine with them, and what it knew. */
  losses = 0;
  readonly lab: PageLab;

  constructor(
    environment: Environment,
    storage = new MapStorage(),
    measurePeaks = () => Promise.resolve(PEAKS),
  ) {
    super();
    const value = async <T>(
      name: string,
      work: () => Promise<T> | T,
    ): Promise<{ kind: 'value'; value: T }> => {
      this.asked.push(name);
      return { kind: 'value', value: await work() };
    };
    let known: Peaks | undefined;
    const methods: Partial<Record<keyof Lab, (...args: readonly unknown[]) => Promise<Reply>>> = {
      environment: async () => ({
        kind: 'value',
        value: await Promise.resolve(known ? { ...environment, peaks: known } : environment),
      }),
      peaks: (given) =>
        value(
          given ? 'know peaks' : 'measure peaks',
          async () => (known = (given as Peaks | undefined) ?? (await measurePeaks())),
        ),
      run: () => {
        if (this.losses-- <= 0) return value('run', () => okResult());
        this.asked.push('lost');
        known = undefined;
        return Promise.resolve({ kind: 'lost', message: 'The engine worker stopped.' });
      },
      compare: () => value('compare', () => ({ results: [] })),
    };
    const api = {
      call: (_: number, { method, args }: LabCall) => methods[method]!(...args),
      setInFront: (inFront: boolean) => value(inFront ? 'in front' : 'hidden', () => undefined),
    };
    const connection = { api, died: new Promise(() => undefined), terminate: () => undefined };
    const document = this as unknown as Document;
    this.lab = pageLab(
      { document, navigator: {} },
      new Kept(() => storage),
      () => connection as unknown as EngineConnection,
    );
  }

  show(state: DocumentVisibilityState): void {
    this.visibilityState = state;
    this.dispatchEvent(new Event('visibilitychange'));
  }

  run(): Promise<unknown> {
    return this.lab.run(DEFAULT_SPEC, never, () => undefined);
  }
}

describe('the peaks of a GPU', () => {
  test('are measured before the first run, once, and kept for the next visit', async () => {
    const storage = new MapStorage();
    const page = new FakePage(HARDWARE, storage);
    await page.run();
    await page.run();
    expect(page.asked).toEqual(['measure peaks', 'run', 'run']);
    const next = new FakePage(HARDWARE, storage);
    await next.run();
    expect(next.asked).toEqual(['know peaks', 'run']);
  });

  test('are measured before the first comparison', async () => {
    const page = new FakePage(HARDWARE);
    await page.lab.compare([DEFAULT_SPEC, DEFAULT_SPEC], never, () => undefined);
    expect(page.asked).toEqual(['measure peaks', 'compare']);
  });

  test('of a software adapter are not', async () => {
    const page = new FakePage(SOFTWARE);
    await page.run();
    expect(page.asked).toEqual(['run']);
  });

  test('that cannot be measured keep nothing from its time', async () => {
    const page = new FakePage(HARDWARE, undefined, () => Promise.reject(new Error('out of memory')));
    expect(await page.run()).toMatchObject({ status: 'ok' });
  });

  test('are told to the engine that a run begins again on', async () => {
    const storage = new MapStorage();
    await new FakePage(HARDWARE, storage).run();
    const page = new FakePage(HARDWARE, storage);
    page.losses = 1;
    expect(await page.run()).toMatchObject({ retries: 1 });
    expect(page.asked).toEqual(['know peaks', 'lost', 'know peaks', 'run']);
  });

  test('are not measured for a run that is cancelled, nor is anything else', async () => {
    const page = new FakePage(HARDWARE);
    const stopped = AbortSignal.abort(new Error('Esc'));
    await expect(page.lab.run(DEFAULT_SPEC, stopped, () => undefined)).rejects.toThrow('Esc');
    expect(page.asked).toEqual([]);
  });
});

test('the engine hears when the page goes to the background, and one that is started there', async () => {
  const page = new FakePage(SOFTWARE);
  await page.run();
  page.show('hidden');
  page.show('visible');
  expect(page.asked).toEqual(['run', 'hidden', 'in front']);
  const hidden = new FakePage(SOFTWARE);
  hidden.show('hidden');
  await hidden.run();
  expect(hidden.asked).toEqual(['hidden', 'run']);
});
