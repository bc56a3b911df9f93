import { describe, expect, test } from 'vitest';
import { DEFAULT_SPEC } from '../../src/io/spec.ts';
import { LabError } from '../../src/lab/lab.ts';
import { Experiment } from '../../src/ui/experiment.ts';
import { Gate } from '../../src/ui/gate.ts';
import { Job } from '../../src/ui/job.ts';
import { FakeLab } from './fake-lab.ts';
import { LitHost } from './lit-host.ts';

const never = new Promise<never>(() => undefined);
const soon = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

/** Work that ends when it is cancelled, and only `late` milliseconds after. */
const until = (signal: AbortSignal, late = 0): Promise<void> =>
  new Promise((_, reject) => {
    signal.addEventListener('abort', () => {
      setTimeout(() => {
        reject(signal.reason as Error);
      }, late);
    });
  });

describe('a job', () => {
  test('tells its progress and ends idle', async () => {
    const host = new LitHost();
    const job = new Job(host);
    const seen: string[] = [];
    await job.start(new Gate(), (_signal, tell) => {
      tell({ label: 'Working', detail: '1 of 2', fraction: 0.5 });
      seen.push(job.state.kind === 'running' ? job.state.progress.label : job.state.kind);
      return Promise.resolve();
    });
    expect(seen).toEqual(['Working']);
    expect(job.state.kind).toBe('idle');
    expect(host.updates).toBeGreaterThanOrEqual(3);
  });

  test('does nothing while another holds the gate, be it a job or the experiment of the card', async () => {
    const gate = new Gate();
    const job = new Job(new LitHost());
    const other = new Job(new LitHost());
    void job.start(gate, () => never);
    await other.start(gate, () => Promise.reject(new Error('it ran')));
    expect(other.state.kind).toBe('idle');
    const lab = new FakeLab();
    const experiment = new Experiment(new LitHost(), gate);
    experiment.lab = lab;
    await experiment.start(DEFAULT_SPEC);
    expect(lab.ran).toEqual([]);
    gate.cancel();
    expect(job.state.kind).toBe('cancelled');
    expect(gate.isTaken).toBe(false);
  });

  test('begins only when what was cancelled has left the lab, and is not ended by its late end', async () => {
    const gate = new Gate();
    const [first, second] = [new Job(new LitHost()), new Job(new LitHost())];
    const order: string[] = [];
    const cancelled = first.start(gate, async (signal) => {
      await until(signal, 20).finally(() => order.push('first ended'));
    });
    await soon(1);
    first.cancel();
    const next = second.start(gate, async () => {
      order.push('second began');
      await soon(5);
      expect(gate.isTaken).toBe(true);
    });
    await Promise.all([cancelled, next]);
    expect(order).toEqual(['first ended', 'second began']);
    expect(second.state.kind).toBe('idle');
    expect(gate.isTaken).toBe(false);
  });

  test('that fails says why, by its own words where it has them, and leaves the gate', async () => {
    const gate = new Gate();
    const job = new Job(new LitHost());
    await job.start(gate, () => Promise.reject(new LabError('no-adapter', 'none')));
    expect(job.state).toMatchObject({ kind: 'failed', advice: { title: 'No GPU adapter was found' } });
    const own = { title: 'Own', explanation: 'words', steps: [] };
    await job.start(
      gate,
      () => Promise.reject(new Error('x')),
      () => own,
    );
    expect(job.state).toMatchObject({ kind: 'failed', advice: own });
    expect(gate.isTaken).toBe(false);
  });

  test('stops with its host', async () => {
    const host = new LitHost();
    const job = new Job(host);
    const run = job.start(new Gate(), (signal) => until(signal));
    await soon(1);
    for (const controller of host.controllers) controller.hostDisconnected?.();
    await run;
    expect(job.state.kind).toBe('cancelled');
  });
});
